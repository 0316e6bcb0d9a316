/**
 * What looks like a credential, should one ever reach a text: tokens (JWT, Slack, Basic, Bearer,
 * refresh), keys, signatures, client secrets in any quoting, passwords of URLs, webhooks, PEM bodies.
 */
const secrets = new RegExp(
  [
    String.raw`eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?`,
    String.raw`\bx(?:ox[a-z]|app)-[\w-]+`,
    String.raw`\b(?:Bearer|Basic)\s+[\w.~+/-]{6,}=*`,
    String.raw`\b0\.A[\w-]{20,}(?:\.[\w-]+)*`,
    String.raw`https:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)|[\w.-]+\.webhook\.office\.com)\/[^\s"']*`,
    String.raw`(?<=:\/\/[^\s\/:@]{0,100}):[^\s\/@]{1,200}(?=@)`,
    String.raw`["']?\b(?:sig|code|AccountKey|SharedAccessKey|SharedAccessSignature|client_secret|clientSecret|client_assertion|refresh_token|access_token|id_token|password|passwd)["']?\s*[=:]\s*(?:"[^"]*"?|'[^']*'?|[^&;\s"',}]+)`,
    String.raw`-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)`,
  ].join('|'),
  'giu',
);

const longestLine = 1000;

/**
 * A text of somebody else's as one line of at most so many characters, without controls and without
 * anything that looks like a credential: for reasons, logs and messages alike.
 */
export function scrubbed(text: string, longest = longestLine): string {
  const line = text
    .slice(0, longest * 8)
    .toWellFormed()
    .replaceAll(secrets, '***')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
