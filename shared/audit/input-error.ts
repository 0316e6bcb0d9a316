/** Something that a person typed or configured cannot be used; the message is one line for that person. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
