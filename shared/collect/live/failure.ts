/** What went wrong between here and a server. */
export type FailureKind =
  'name' | 'connect' | 'certificate' | 'timeout' | 'broken' | 'aborted' | 'other';

const kinds: ReadonlyMap<string, FailureKind> = new Map([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['ENODATA', 'name'],
  ['ECONNREFUSED', 'connect'],
  ['EHOSTUNREACH', 'connect'],
  ['ENETUNREACH', 'connect'],
  ['EADDRNOTAVAIL', 'connect'],
  ['ETIMEDOUT', 'connect'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ECONNRESET', 'broken'],
  ['EPIPE', 'broken'],
  ['UND_ERR_SOCKET', 'broken'],
  ['UND_ERR_CLOSED', 'broken'],
  ['UND_ERR_DESTROYED', 'broken'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'broken'],
  ['HPE_INVALID_EOF_STATE', 'broken'],
]);

/** Names of OpenSSL's verdicts and Node's own, as in `error.code`. */
const certificateCodes =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/u;

export function failureKind(error: unknown): FailureKind {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  if (error instanceof Error && error.name === 'AbortError') return 'aborted';
  const code = codeOf(error);
  if (code === undefined) return 'other';
  return certificateCodes.test(code) ? 'certificate' : (kinds.get(code) ?? 'other');
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** An error in one line for people: never a stack, a body or a token. */
export function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const code = codeOf(error);
  const line = (error.message.split('\n', 1)[0] ?? '')
    .slice(0, 300)
    .replaceAll(/\beyJ[\w.-]{8,}/gu, '(token)');
  if (line === '') return code ?? 'no answer';
  return code === undefined || line.includes(code) ? line : `${line} (${code})`;
}
