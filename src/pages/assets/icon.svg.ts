const petals = [0, 72, 144, 216, 288]
  .map((turn) => `<circle cx="32" cy="16" r="13" transform="rotate(${turn} 32 32)"/>`)
  .join('')

/** The little red flower. */
export default `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><g fill="#d7263d">${petals}</g><circle cx="32" cy="32" r="10" fill="#ffd166"/></svg>`
