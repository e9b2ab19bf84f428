/** SQLSTATEs we decide on, by name (PostgreSQL manual, appendix A). Errors are matched by these, never by message text. */
export const Sqlstate = {
  foreignKeyViolation: '23503',
} as const;
