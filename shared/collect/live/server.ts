import { read, unread, type Brand, type Read } from '../../model/index.ts';
import { addressKind } from './addresses.ts';
import type { Cloud } from './clouds.ts';

/** An API server's name that passed the rules; a token may be asked for it. */
export type ServerName = Brand<string, 'ServerName'>;

export interface ServerRules {
  readonly cloud: Cloud;
  /** What ARM calls the cluster's API server, public and private. */
  readonly fqdn?: string;
  readonly privateFqdn?: string;
}

/** Where a name leads. Addresses as text, IPv4 or IPv6. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Whether a kubeconfig's server may be asked at all: https, port 443, a name under AKS's domain, and
 * the one that ARM gives for this cluster. Looks at nothing but the text, so nothing has been sent.
 */
export function checkServer(server: string, rules: ServerRules): Read<ServerName> {
  // Plain text first: what URL parsers make of userinfo, backslashes, odd numbers and IDNs does not matter then.
  // Some letters beyond ASCII are ASCII in lower case.
  const host = /^[hH][tT]{2}[pP][sS]:\/\/([a-zA-Z\d.-]{1,253})(?::443)?\/?$/u
    .exec(server)?.[1]
    ?.toLowerCase();
  if (host === undefined || !host.split('.').every(isLabel))
    return refused(server, 'it is not https:// with a plain host name and port 443');
  if (!rules.cloud.aksDomains.some((domain) => host.endsWith(`.${domain}`)))
    return refused(server, `it is not under ${rules.cloud.aksDomains.join(' or ')}`);
  return isServerOf(rules, host)
    ? read(host)
    : refused(server, 'ARM knows the cluster under another name');
}

function isServerOf({ fqdn, privateFqdn }: ServerRules, host: string): host is ServerName {
  return host === fqdn?.toLowerCase() || host === privateFqdn?.toLowerCase();
}

function isLabel(text: string): boolean {
  return text !== '' && text.length <= 63 && !text.startsWith('-') && !text.endsWith('-');
}

function refused(server: string, why: string): Read<never> {
  return unread(`the server address ${JSON.stringify(server.slice(0, 100))} is refused: ${why}`);
}

/**
 * Resolves a name once and looks at every address; connections go to these addresses and never ask
 * again, so that a name that changes its mind gains nothing.
 * @throws {Error} the resolver's own, where the name does not resolve.
 */
export async function resolveServer(
  host: ServerName,
  resolve: Resolve,
  allowPrivateClusters: boolean,
): Promise<Read<readonly string[]>> {
  const addresses = await resolve(host);
  for (const address of addresses) {
    const kind = addressKind(address);
    if (kind === 'forbidden')
      return unread(`${host} leads to ${address}, where no API server can be; it is not asked`);
    if (kind === 'private' && !allowPrivateClusters)
      return unread(
        `${host} leads to the private address ${address}; set EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true where the network reaches it`,
      );
  }
  return addresses.length === 0 ? unread(`${host} leads to no address`) : read(addresses);
}
