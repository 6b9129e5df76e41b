/** zod with the `.openapi()` method; import it from here, so that every schema can be described. */
export { z } from '@hono/zod-openapi'
