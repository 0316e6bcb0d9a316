import { createHmac, type KeyObject } from 'node:crypto';
import { boundedCache } from '../cache.ts';
import { isKubernetesHost } from '../kubernetes/answer.ts';
import { certificate, privateKey } from './certificate.ts';

/** What may be wrong with the certificate that a host shows. */
export type CertificateFlaw = 'wrong-name' | 'other-authority' | 'expired';

interface HostCertificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * The certificate authorities of a made-up world: one that stands for the public ones, of Azure and
 * Slack, and one of its own for each cluster, so that one cluster's is not good for another.
 */
export interface Authorities {
  /** Verifies every host that is no API server, PEM. */
  readonly publicPem: string;
  /** Verifies this host and no other API server, PEM. */
  readonly pemOf: (host: string) => string;
  readonly certificateOf: (host: string, flaw?: CertificateFlaw) => HostCertificate;
}

const hour = 3_600_000;

/** Certificates that are kept: what a few hundred clusters show. */
const kept = 512;

/**
 * All keys follow from the secret: with the same one, and the same time, every byte is the same.
 * Each certificate is made when it is first asked for.
 */
export function authoritiesFrom(secret: Uint8Array, nowMs: number): Authorities {
  const derived = (label: string): Buffer => createHmac('sha256', secret).update(label).digest();
  const keyOf = (label: string): KeyObject => privateKey(derived(`key ${label}`));
  const serialOf = (label: string): Buffer => {
    const serial = derived(`serial ${label}`).subarray(0, 16);
    // Serial numbers are positive and not zero.
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
    return serial;
  };
  const valid = { notBefore: new Date(nowMs - hour), notAfter: new Date(nowMs + 8_760 * hour) };
  const expired = { notBefore: new Date(nowMs - 25 * hour), notAfter: new Date(nowMs - hour) };

  const pems = boundedCache<string>(kept);
  const pemOf = (host: string): string => {
    const name = authorityName(host);
    return pems.get(name, () => {
      const key = keyOf(name);
      return certificate({
        subject: name,
        issuer: name,
        subjectKey: key,
        issuerKey: key,
        serial: serialOf(name),
        ...valid,
        use: { kind: 'authority' },
      });
    });
  };

  const certificates = boundedCache<HostCertificate>(kept);
  const certificateOf = (host: string, flaw?: CertificateFlaw): HostCertificate => {
    const issuer = authorityName(host);
    const label = `${host} ${flaw ?? 'sound'}`;
    return certificates.get(label, () => {
      const subjectKey = keyOf(label);
      const cert = certificate({
        subject: host,
        issuer,
        subjectKey,
        // The other authority bears the same name; only its key is another.
        issuerKey: keyOf(flaw === 'other-authority' ? `impostor ${issuer}` : issuer),
        serial: serialOf(label),
        ...(flaw === 'expired' ? expired : valid),
        use: { kind: 'server', names: flaw === 'wrong-name' ? [`other.${host}`] : namesOf(host) },
      });
      return { cert, key: subjectKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
    });
  };

  return {
    get publicPem() {
      return pemOf('');
    },
    pemOf,
    certificateOf,
  };
}

function authorityName(host: string): string {
  return isKubernetesHost(host) ? `Authority of ${host}` : 'Simulated public authority';
}

/** An API server also goes by its names inside the cluster, none of which is asked for here. */
function namesOf(host: string): readonly string[] {
  return host === 'localhost'
    ? ['localhost', '127.0.0.1']
    : isKubernetesHost(host)
      ? [host, 'kubernetes', 'kubernetes.default.svc.cluster.local', '10.0.0.1']
      : [host];
}
