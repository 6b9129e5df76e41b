/**
 * The little script of the pages: everything works without it. It is typed in comments and checked with the rest.
 */
export {}
