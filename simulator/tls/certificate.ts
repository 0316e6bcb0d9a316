import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

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
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(request.serial),
    signature: ed25519,
    issuer: commonName(request.issuer),
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: commonName(request.subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey(request.subjectKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions(request)),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signatureValue = bytesOf(sign(null, signed, request.issuerKey));
  const whole = new Certificate({ tbsCertificate, signatureAlgorithm: ed25519, signatureValue });
  return pem(Buffer.from(AsnConvert.serialize(whole)));
}

/** The Ed25519 private key of a seed of 32 bytes: the same seed, the same key. */
export function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([beforeSeed, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** All that stands before the seed in a PKCS #8 key of Ed25519 (RFC 8410, 10.3). */
const beforeSeed = Buffer.from('302e020100300506032b657004220420', 'hex');

const ed25519 = new AlgorithmIdentifier({ algorithm: '1.3.101.112' });

/** One attribute, of the type id-at-commonName. */
function commonName(name: string): Name {
  const value = new AttributeValue({ utf8String: name });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })]),
  ]);
}

function publicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}

function extensions({ use, subjectKey, issuerKey }: CertificateRequest): Extension[] {
  const identifiers = [
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId(subjectKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(issuerKey)) }),
    ),
  ];
  return use.kind === 'authority'
    ? [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), 'critical'),
        extension(
          id_ce_keyUsage,
          new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign),
          'critical',
        ),
        ...identifiers,
      ]
    : [
        extension(id_ce_basicConstraints, new BasicConstraints(), 'critical'),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), 'critical'),
        extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_subjectAltName, new SubjectAlternativeName(use.names.map(alternativeName))),
        ...identifiers,
      ];
}

function extension(extnID: string, value: unknown, critical?: 'critical'): Extension {
  return new Extension({
    extnID,
    critical: critical !== undefined,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

/** Only has to differ from key to key; SHA-256 cut to the usual 20 bytes. */
function keyId(key: KeyObject): ArrayBuffer {
  return bytesOf(createHash('sha256').update(publicKey(key)).digest().subarray(0, 20));
}

function alternativeName(name: string): GeneralName {
  return isIP(name) === 4
    ? new GeneralName({ iPAddress: name })
    : new GeneralName({ dNSName: name });
}

/** The bytes in a buffer of their own: a Node buffer may be a part of a larger one. */
function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
