/** A certificate that is valid until 2126 and whose key exists nowhere. */
export const authorityPem = `-----BEGIN CERTIFICATE-----
MIIBUzCCAQWgAwIBAgIUS/ZAVhUijdDuil8NQdcoFivCE1UwBQYDK2VwMB4xHDAa
BgNVBAMME0F1dGhvcml0eSBvZiBhIHRlc3QwIBcNMjYxMTI0MjAzMTI5WhgPMjEy
NjEwMzEyMDMxMjlaMB4xHDAaBgNVBAMME0F1dGhvcml0eSBvZiBhIHRlc3QwKjAF
BgMrZXADIQD/RzqR7ZtNCr6VMnlV2d6bz8h5XsInB6GFetJ8aStuGaNTMFEwHQYD
VR0OBBYEFCBNBBcVRtUjlNGaQlJPn+xP5SosMB8GA1UdIwQYMBaAFCBNBBcVRtUj
lNGaQlJPn+xP5SosMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAMVJXW+bZhU8t
csJZALvIj8pzYCKoxETqV/rguxxDWotTZOevAn39HQ+8ThTlZADQD/BYqn7R+4VL
Zwhr7s/JBg==
-----END CERTIFICATE-----
`;

export interface KubeconfigParts {
  readonly server: string;
  /** Base64; the authority above where absent. */
  readonly authority?: string;
  /** More lines of the cluster entry. */
  readonly cluster?: readonly string[];
  readonly user?: readonly string[];
  /** A second cluster entry, indented by two. */
  readonly also?: readonly string[];
  readonly current?: string;
}

/** A kubeconfig as AKS answers it for a cluster with Entra, with what a test changes in it. */
export function kubeconfig(parts: KubeconfigParts): string {
  const authority = parts.authority ?? Buffer.from(authorityPem).toString('base64');
  const also = parts.also?.map((line, at) => (at === 0 ? `- ${line.slice(2)}` : line)) ?? [];
  const user = parts.user ?? ['exec: {command: kubelogin, args: [get-token]}'];
  return [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    ...(authority === '' ? [] : [`    certificate-authority-data: ${authority}`]),
    `    server: ${parts.server}`,
    ...(parts.cluster ?? []).map((line) => `    ${line}`),
    '  name: aks-app',
    ...also,
    'contexts:',
    '- context: {cluster: aks-app, user: clusterUser_rg_aks-app}',
    '  name: aks-app',
    `current-context: ${parts.current ?? 'aks-app'}`,
    'kind: Config',
    'users:',
    '- name: clusterUser_rg_aks-app',
    '  user:',
    ...user.map((line) => `    ${line}`),
    '',
  ].join('\n');
}
