export type Environment = Readonly<Record<string, string | undefined>>;

/** Node obeys this variable for every connection, pinned or not. */
export function unsafeTls(env: Environment): readonly string[] {
  return env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off; remove it']
    : [];
}
