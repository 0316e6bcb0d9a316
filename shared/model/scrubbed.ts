/** A quote, also one inside a text of JSON, HTML or a URL. */
const quote = String.raw`(?:\\*["'\x60]|&quot;|&#3[49];|%2[27])`;
const equals = String.raw`\s{0,9}(?:=>?|:|%(?:25)?3[ad])\s{0,9}`;
const quoted = [
  String.raw`"(?:[^"\\]|\\[\s\S])*"?`,
  String.raw`'(?:[^'\\]|\\[\s\S])*'?`,
  String.raw`\\+"(?:(?!\\+")[\s\S])*`,
  String.raw`&quot;(?:(?!&quot;)[\s\S])*`,
].join('|');
const bare = String.raw`[^&;\s"',}\\<>]+`;

const lineBreak = String.raw`(?:\s|\\[rn]){1,9}`;

/** How a field is called whose value is a secret, whatever stands before: `AZURE_CLIENT_SECRET`, `clientSecret`. */
const secretNames = [
  'secret',
  'passw(?:or)?d',
  'passphrase',
  String.raw`\bpwd`,
  'token',
  'assertion',
  String.raw`(?:\b|%(?:25)?(?:26|3f))sig`,
  'signature',
  'auth(?:orization)?[_-]?code',
  '(?:api|account|access|functions|subscription|primary(?:master)?|secondary(?:master)?|master|instrumentation|private)[_-]?key',
  'client-(?:key|certificate)-data',
].join('|');

/** Patterns that keep what stands before the secret, as their first group. */
const secrets: readonly RegExp[] = [
  String.raw`(-----BEGIN[^-]{0,99}-----)[\s\S]*?(?:-----END[^-]*-----|$)`,
  // The end of one that was cut off before: its last lines.
  String.raw`()(?<![\w+/=])[\w+/=]{8,100}(?:${lineBreak}[\w+/=]{8,100}){0,80}(?:${lineBreak}[\w+/=]{1,7})?(?:\s|\\[rn]){0,9}(?=-----END\b)`,
  // A JWT, also one that is broken into lines.
  String.raw`()eyJ[\w-]{8,}(?:(?:\s|\\[rn]){0,9}\.(?:\s|\\[rn]){0,9}[\w-]+|\s{0,9}[\r\n]\s{0,9}[\w.-]{4,})*`,
  String.raw`()\bx(?:ox[a-z]|app)-[\w-]+`,
  // Refresh tokens of Entra ID and of personal Microsoft accounts.
  String.raw`()\b[01]\.A[\w-]{20,}(?:\.[\w-]+)*`,
  String.raw`()\bM\.[A-Z]\d{1,4}_[A-Z\d]{2,5}\.[\w.!*$-]+`,
  // Of GitHub, GitLab and AWS.
  String.raw`()\b(?:gh[oprsu]_\w{16,}|github_pat_\w{16,}|gl(?:dt|pat|ptt)-[\w-]{16,}|(?:AKIA|ASIA)[A-Z\d]{16}\b)`,
  String.raw`((?:hooks\.slack\.com(?:\/|%2f)(?:services|workflows|triggers)|\.webhook\.office\.com)(?:\/|%2f))[^\s"'<>]*`,
  // Who logs in by a URL.
  String.raw`(:\/\/)[^\s/?#"'<>]{1,300}(?=@)`,
  // With a slash in the password; a port is none.
  String.raw`(:\/\/[^\s/?#"'<>:@[]{0,100}:)(?!\d{1,5}[/?#])[^\s"'<>@]{1,300}(?=@)`,
  String.raw`(\b(?:set-)?cookie${quote}?\s{0,9}:)[^\r\n]*`,
  String.raw`(\bauthorization${quote}?${equals}${quote}?)(?:[a-z]{1,20}\s{1,9})?[^\s"',;}\\]+`,
  String.raw`(\bBearer\s{1,9})(?:(?=[a-z+/-]*[\d._~=])[\w.~+/-]{6,}|[\w.~+/-]{20,})=*`,
  String.raw`(\bBasic\s{1,9})(?=[a-z+/]*[\d=])[\w+/]{8,}={0,2}`,
  String.raw`([?&]code=)[^&\s"'<>]+`,
  // A key of Functions without its URL.
  String.raw`(\bcode=)(?=[\w+/%-]{0,99}\d)[\w+/%-]{30,}=*`,
  `((?:${secretNames})${quote}?${equals})(?:${quoted}|${bare})`,
  // Of a command line.
  String.raw`(--[\w-]{0,40}(?:secret|password|token|key)\s{1,9})[^\s-]\S*`,
].map((pattern) => new RegExp(pattern, 'giu'));

const longestLine = 1000;

/**
 * A text of somebody else's as one line of at most so many characters, without controls and without
 * anything that looks like a credential (tokens, keys, signatures, passwords, webhooks, PEM bodies),
 * for reasons, logs and messages alike.
 */
export function scrubbed(text: string, longest = longestLine): string {
  let line = text.slice(0, longest * 8).toWellFormed();
  for (const secret of secrets) line = line.replaceAll(secret, '$1***');
  line = line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
