import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bits,
  explicit,
  implicit,
  objectId,
  octets,
  sequence,
  set,
  time,
  unsigned,
  utf8,
  yes,
} from './der.ts';

export interface CertificateRequest {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKey: KeyObject;
  /** Private key of the issuer, Ed25519. */
  readonly issuerKey: KeyObject;
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** A CA, or a server under these DNS names and IPv4 addresses. */
  readonly use:
    { readonly kind: 'authority' } | { readonly kind: 'server'; readonly names: readonly string[] };
}

/** An X.509 certificate of version 3 as RFC 5280 has it, signed with Ed25519 (RFC 8410), in PEM. */
export function certificate(request: CertificateRequest): string {
  const toBeSigned = sequence(
    explicit(0, unsigned(Buffer.from([2]))),
    unsigned(request.serial),
    ed25519,
    commonName(request.issuer),
    sequence(time(request.notBefore), time(request.notAfter)),
    commonName(request.subject),
    publicKeyInfo(request.subjectKey),
    explicit(3, sequence(...extensions(request))),
  );
  const signature = sign(null, toBeSigned, request.issuerKey);
  return pem('CERTIFICATE', sequence(toBeSigned, ed25519, bits(signature)));
}

/** The Ed25519 private key of a seed of 32 bytes: the same seed, the same key. */
export function privateKey(seed: Uint8Array): KeyObject {
  const version = unsigned(Buffer.from([0]));
  const key = sequence(version, ed25519, octets(octets(seed)));
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

const ed25519 = sequence(objectId('1.3.101.112'));

function commonName(name: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8(name))));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

function extensions({ use, subjectKey, issuerKey }: CertificateRequest): readonly Buffer[] {
  const identifiers = [
    extension('2.5.29.14', octets(keyId(subjectKey))),
    extension('2.5.29.35', sequence(implicit(0, keyId(issuerKey)))),
  ];
  return use.kind === 'authority'
    ? [
        extension('2.5.29.19', sequence(yes()), 'critical'),
        // keyCertSign and cRLSign.
        extension('2.5.29.15', bits(Buffer.from([0x06]), 1), 'critical'),
        ...identifiers,
      ]
    : [
        extension('2.5.29.19', sequence(), 'critical'),
        // digitalSignature.
        extension('2.5.29.15', bits(Buffer.from([0x80]), 7), 'critical'),
        // serverAuth.
        extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...use.names.map(alternativeName))),
        ...identifiers,
      ];
}

function extension(id: string, value: Uint8Array, critical?: 'critical'): Buffer {
  return sequence(objectId(id), ...(critical === undefined ? [] : [yes()]), octets(value));
}

/** Only has to differ from key to key; SHA-256 cut to the usual 20 bytes. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20);
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 4
    ? implicit(7, Buffer.from(name.split('.').map(Number)))
    : implicit(2, Buffer.from(name, 'ascii'));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
