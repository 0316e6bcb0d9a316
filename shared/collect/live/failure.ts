import { scrubbed } from '../../model/index.ts';

/** What went wrong between here and a server. */
export type FailureKind =
  /** The name leads nowhere. */
  | 'name'
  /** Nobody there. */
  | 'connect'
  /** No connection in time: packets are dropped on the way. */
  | 'unanswered'
  | 'certificate'
  | 'timeout'
  | 'broken'
  | 'other';

/** A call that got no answer; the message is one sentence for people. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const kinds: ReadonlyMap<string, FailureKind> = new Map([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['ENODATA', 'name'],
  ['ECONNREFUSED', 'connect'],
  ['EHOSTUNREACH', 'connect'],
  ['ENETUNREACH', 'connect'],
  ['EADDRNOTAVAIL', 'connect'],
  ['ETIMEDOUT', 'unanswered'],
  ['UND_ERR_CONNECT_TIMEOUT', 'unanswered'],
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

/** What kind of failure an error of the network is. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof CallError) return error.kind;
  if (textOf(error, 'name') === 'TimeoutError') return 'timeout';
  const code = textOf(error, 'code');
  if (code === undefined) return 'other';
  return certificateCodes.test(code) ? 'certificate' : (kinds.get(code) ?? 'other');
}

/** Errors of Node's own come from another realm where tests run, so `instanceof` does not tell. */
function textOf(error: unknown, key: 'name' | 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}

/** What is wrong with a certificate in our words; the error's own quote what a hostile one says. */
export function certificateFault(error: unknown): string {
  const code = textOf(error, 'code') ?? '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return `it is for another name (${code})`;
  if (code === 'CERT_HAS_EXPIRED') return `it has expired (${code})`;
  if (code === 'CERT_NOT_YET_VALID') return `it is not valid yet (${code})`;
  if (code.startsWith('ERR_SSL_') || code === 'ERR_TLS_HANDSHAKE_TIMEOUT')
    return `there is no TLS connection to be had (${code})`;
  return `it is not by the authority in the cluster's kubeconfig (${code})`;
}

/** An error in one line for people: never a stack, a body or a token. */
export function lineOf(error: unknown): string {
  const code = textOf(error, 'code');
  const line = scrubbed((textOf(error, 'message') ?? '').split('\n', 1)[0] ?? '', 300);
  if (line === '') return code ?? 'no answer';
  return code === undefined || line.includes(code) ? line : `${line} (${code})`;
}
