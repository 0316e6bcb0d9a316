/** Wrong usage or input: the message is one line for the person who typed, the exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
