/** Go's base-10 ParseInt of an int64: a sign and leading zeros parse. `undefined` for anything else. */
export function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,100}$/u.test(text)) return undefined;
  return inInt64(BigInt(text.replace(/^\+/u, '')));
}

/** Only the canonical spelling of an int64: no sign but `-`, no leading zero, no blank. */
export function canonicalInt64(text: string): bigint | undefined {
  return /^(?:0|-?[1-9]\d{0,18})$/u.test(text) ? inInt64(BigInt(text)) : undefined;
}

function inInt64(value: bigint): bigint | undefined {
  return value === BigInt.asIntN(64, value) ? value : undefined;
}
