import { describe, expect, test } from '@jest/globals';
import { refusePrincipal } from '../../../shared/service/http/principal.ts';

const on = { WEBSITE_AUTH_ENABLED: 'True', EVENKEEL_TENANT_ID: 'tenant-1' };

function principal(claims: readonly (readonly [string, string])[], more: object = {}): Headers {
  const body = { claims: claims.map(([typ, val]) => ({ typ, val })), ...more };
  return new Headers({
    'x-ms-client-principal': Buffer.from(JSON.stringify(body)).toString('base64'),
  });
}

const reader = principal([
  ['roles', 'Report.Read'],
  ['http://schemas.microsoft.com/identity/claims/tenantid', 'TENANT-1'],
]);

describe('who may read the report', () => {
  test.each([
    { name: 'the right role', env: on, headers: reader, status: undefined },
    {
      name: 'a role under the claim type that the platform names',
      env: on,
      headers: principal(
        [
          ['role', 'Report.Read'],
          ['tid', 'tenant-1'],
        ],
        { role_typ: 'role' },
      ),
      status: undefined,
    },
    { name: 'nobody', env: on, headers: new Headers(), status: 401 },
    {
      name: 'a header that is no principal',
      env: on,
      headers: new Headers({ 'x-ms-client-principal': 'bm90IGpzb24=' }),
      status: 401,
    },
    {
      name: 'a principal larger than any that the platform writes',
      env: on,
      headers: principal([
        ['roles', 'Report.Read'],
        ['tid', 'tenant-1'],
        ['note', 'x'.repeat(48 * 1024)],
      ]),
      status: 401,
    },
    {
      name: 'another role',
      env: on,
      headers: principal([
        ['roles', 'Audit.Run'],
        ['tid', 'tenant-1'],
      ]),
      status: 403,
    },
    { name: 'no role', env: on, headers: principal([['tid', 'tenant-1']]), status: 403 },
    {
      name: 'another tenant',
      env: on,
      headers: principal([
        ['roles', 'Report.Read'],
        ['tid', 'tenant-2'],
      ]),
      status: 403,
    },
    {
      name: 'a claim called like a role, of another type',
      env: on,
      headers: principal([
        ['name', 'Report.Read'],
        ['tid', 'tenant-1'],
      ]),
      status: 403,
    },
    {
      name: 'a header that a caller made up, with the platform off: the key has been checked',
      env: {},
      headers: new Headers({ 'x-ms-client-principal': 'x' }),
      status: undefined,
    },
  ])('$name -> $status', ({ env, headers, status }) => {
    expect(refusePrincipal({ headers }, env, 'Report.Read')?.status).toBe(status);
  });
});
