import type { Environment } from '../../audit/environment.ts';
import { signsIn } from './auth-level.ts';
import { refuse, type HttpResponse, type HttpRequest } from './response.ts';

/** Roles of the app registration that stands before the app. */
export type Role = 'Report.Read' | 'Audit.Run' | 'Finding.Snooze';

/**
 * Who may do what. With App Service Authentication on, the platform sets the principal's header and
 * strips one that a caller sends: the principal must hold the role. With it off the header may come
 * from anybody and is not looked at: the function key, which the host has checked, is the right.
 * @returns the refusal, or `undefined` where the caller may go on.
 */
export function refusePrincipal(
  request: Pick<HttpRequest, 'headers'>,
  env: Environment,
  role: Role,
): HttpResponse | undefined {
  if (!signsIn(env)) return undefined;
  const principal = decode(request.headers.get('x-ms-client-principal') ?? '');
  if (principal === undefined)
    return refuse(401, 'not-signed-in', 'sign in with Entra ID; the request has no principal');
  const tenant = env['EVENKEEL_TENANT_ID'] ?? '';
  const issuedFor = claim(principal, tenantClaims);
  if (tenant !== '' && !issuedFor.some((each) => each.toLowerCase() === tenant.toLowerCase()))
    return refuse(403, 'wrong-tenant', 'the account belongs to another tenant');
  return claim(principal, [principal.roleType, ...roleClaims]).includes(role)
    ? undefined
    : refuse(403, 'role-missing', `the account lacks the role ${role} of this app`);
}

const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const tenantClaims = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];
const longestHeader = 64 * 1024;

interface Principal {
  readonly claims: readonly { readonly type: string; readonly value: string }[];
  /** The claim type that the platform says holds roles. */
  readonly roleType: string;
}

function decode(header: string): Principal | undefined {
  if (header === '' || header.length > longestHeader) return undefined;
  try {
    const body: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    if (typeof body !== 'object' || body === null || !('claims' in body)) return undefined;
    if (!Array.isArray(body.claims)) return undefined;
    const given: readonly unknown[] = body.claims;
    const claims = given.flatMap((each) => {
      if (typeof each !== 'object' || each === null || !('typ' in each) || !('val' in each))
        return [];
      return typeof each.typ === 'string' && typeof each.val === 'string'
        ? [{ type: each.typ, value: each.val }]
        : [];
    });
    const roleType = 'role_typ' in body && typeof body.role_typ === 'string' ? body.role_typ : '';
    return { claims, roleType };
  } catch {
    return undefined;
  }
}

function claim({ claims }: Principal, types: readonly string[]): readonly string[] {
  return claims.filter(({ type }) => types.includes(type)).map(({ value }) => value);
}
