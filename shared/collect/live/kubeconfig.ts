import { X509Certificate } from 'node:crypto';
import { parseDocument } from 'yaml';
import { read, unread, type Read } from '../../model/index.ts';

/** All that is taken from a kubeconfig: where the API server is, and who vouches for it. */
export interface ServerAccess {
  /** As the file has it; nothing may be sent there before `checkServer` passed it. */
  readonly server: string;
  /** Certificates of the cluster's own authority, PEM. */
  readonly certificateAuthority: string;
}

const maxBytes = 1024 * 1024;
/** Lines, brackets, tags and the like; AKS's own have about 40. A million of them cost the parser a gigabyte. */
const maxMarks = 5000;
const maxCertificates = 10;

/**
 * Reads a kubeconfig as plain data: two values of the one cluster entry, the rest dropped. What is in
 * it is never run, opened or sent: commands, tokens and client certificates of its users are not even
 * looked at. One that asks for something else than a pinned TLS connection is refused.
 */
export function parseKubeconfig(text: string): Read<ServerAccess> {
  if (Buffer.byteLength(text) > maxBytes) return refused(`it is larger than ${maxBytes} bytes`);
  if (marksIn(text) > maxMarks) return refused('it is not a plain list of clusters and users');
  const root = parseYaml(text);
  if (!(root instanceof Map)) return refused('it is no YAML map without tags and aliases');
  const entry = chosenCluster(root);
  if (typeof entry === 'string') return refused(entry);
  const unwanted = unwantedOf(entry) ?? fileOfUser(root);
  if (unwanted !== undefined) return refused(unwanted);
  const server = entry.get('server');
  if (typeof server !== 'string' || server === '') return refused('it names no server');
  const certificateAuthority = authorityOf(entry.get('certificate-authority-data'));
  if (certificateAuthority === undefined)
    return refused(
      'certificate-authority-data is missing or holds no certificates, so that nothing could vouch for the server',
    );
  return read({ server, certificateAuthority });
}

function refused(why: string): Read<never> {
  return unread(`the kubeconfig is refused: ${why}`);
}

type YamlFields = ReadonlyMap<unknown, unknown>;

function marksIn(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[\n\r[\]{},&*!|>#]|[-:?]\s/gu)) if (++count > maxMarks) break;
  return count;
}

/** Core schema only: a tag or an alias is more than two values need. */
function parseYaml(text: string): unknown {
  try {
    const document = parseDocument(text, {
      schema: 'core',
      prettyErrors: false,
      logLevel: 'silent',
    });
    if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
    return document.toJS({ mapAsMap: true, maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** The one cluster entry, or why it is not clear which. */
function chosenCluster(root: YamlFields): YamlFields | string {
  const clusters = objects(root.get('clusters'));
  const current = root.get('current-context');
  const contexts = objects(root.get('contexts')).filter((each) => each.get('name') === current);
  const wanted = fieldsOf(contexts[0]?.get('context'))?.get('cluster');
  const chosen =
    clusters.length === 1
      ? clusters
      : contexts.length === 1
        ? clusters.filter((each) => each.get('name') === wanted)
        : [];
  const entry = fieldsOf(chosen[0]?.get('cluster'));
  if (chosen.length === 1 && entry !== undefined) return entry;
  return clusters.length === 0
    ? 'it holds no cluster'
    : `it holds ${clusters.length} clusters, and its current context does not pick exactly one`;
}

function unwantedOf(entry: YamlFields): string | undefined {
  const skip = entry.get('insecure-skip-tls-verify');
  if (skip !== undefined && skip !== false) return 'insecure-skip-tls-verify is set';
  for (const key of ['proxy-url', 'tls-server-name'])
    if (entry.has(key)) return `${key} is set: the connection would go elsewhere`;
  if (entry.has('certificate-authority')) return 'certificate-authority names a file';
  return undefined;
}

/** AKS gives no file names; one that does points at files of whoever reads it. */
function fileOfUser(root: YamlFields): string | undefined {
  for (const user of objects(root.get('users')))
    for (const key of ['tokenFile', 'client-certificate', 'client-key'])
      if (fieldsOf(user.get('user'))?.has(key) === true) return `a user's ${key} names a file`;
  return undefined;
}

function authorityOf(data: unknown): string | undefined {
  if (typeof data !== 'string' || !/^[a-z0-9+/=\s]+$/iu.test(data)) return undefined;
  const text = Buffer.from(data, 'base64').toString('latin1');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
  if (blocks.length === 0 || blocks.length > maxCertificates) return undefined;
  try {
    // OpenSSL passes over blocks that are no certificates; with none left there would be no pin.
    return blocks.map((block) => new X509Certificate(block).toString()).join('');
  } catch {
    return undefined;
  }
}

function objects(value: unknown): readonly YamlFields[] {
  return Array.isArray(value) ? value.flatMap((each: unknown) => fieldsOf(each) ?? []) : [];
}

function fieldsOf(value: unknown): YamlFields | undefined {
  return value instanceof Map ? value : undefined;
}
