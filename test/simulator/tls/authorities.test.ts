import { describe, expect, test } from '@jest/globals';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { authoritiesFrom, type Authorities } from '../../../simulator/tls/authorities.ts';
import { privateKey } from '../../../simulator/tls/certificate.ts';

const now = Date.parse('2026-11-23T06:00:00Z');
const one = 'one-bcdfghjk.hcp.westeurope.azmk8s.io';
const two = 'two-bcdfghjk.hcp.westeurope.azmk8s.io';
const made = authoritiesFrom(Buffer.from('secret'), now);

function leaf(authorities: Authorities, host: string, flaw?: 'wrong-name' | 'other-authority') {
  return new X509Certificate(authorities.certificateOf(host, flaw).cert);
}

describe('the certificate of a host', () => {
  test('is for this host, by the authority of the host, and for a year', () => {
    const certificate = leaf(made, one);
    const authority = new X509Certificate(made.pemOf(one));
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkHost(one)).toBe(one);
    expect(certificate.checkHost(two)).toBeUndefined();
    expect(certificate.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.validFromDate.toISOString()).toBe('2026-11-23T05:00:00.000Z');
    expect(certificate.validToDate.toISOString()).toBe('2027-11-23T06:00:00.000Z');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(Number.parseInt(certificate.serialNumber.slice(0, 2), 16)).toBeLessThan(0x80);
  });

  test('comes with its own key', () => {
    const { key, cert } = made.certificateOf(one);
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  test('ARM, Slack and this machine share one authority; each cluster has its own', () => {
    const shared = new X509Certificate(made.publicPem);
    for (const host of ['management.azure.com', 'slack.com', 'localhost'])
      expect(leaf(made, host).verify(shared.publicKey)).toBe(true);
    expect(leaf(made, 'localhost').checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf(made, one).verify(shared.publicKey)).toBe(false);
    expect(leaf(made, one).verify(new X509Certificate(made.pemOf(two)).publicKey)).toBe(false);
  });

  test('may be flawed in one way', () => {
    const authority = new X509Certificate(made.pemOf(one));
    expect(leaf(made, one, 'wrong-name').checkHost(one)).toBeUndefined();
    expect(leaf(made, one, 'wrong-name').verify(authority.publicKey)).toBe(true);
    const impostor = leaf(made, one, 'other-authority');
    expect(impostor.issuer).toBe(authority.subject);
    expect(impostor.verify(authority.publicKey)).toBe(false);
    const expired = new X509Certificate(made.certificateOf(one, 'expired').cert);
    expect(expired.validToDate.getTime()).toBeLessThan(now);
    expect(expired.verify(authority.publicKey)).toBe(true);
  });
});

test('the same secret and time give the same bytes; another secret shares nothing', () => {
  const again = authoritiesFrom(Buffer.from('secret'), now);
  expect(again.certificateOf(one)).toEqual(made.certificateOf(one));
  expect(again.publicPem).toBe(made.publicPem);
  const other = authoritiesFrom(Buffer.from('another'), now);
  expect(other.publicPem).not.toBe(made.publicPem);
  expect(other.certificateOf(one).key).not.toBe(made.certificateOf(one).key);
});

test('a key follows from its seed as RFC 8410 writes it', () => {
  const seed = Buffer.from(
    'd4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842',
    'hex',
  );
  expect(privateKey(seed).export({ format: 'pem', type: 'pkcs8' })).toBe(
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n',
  );
});
