import path from 'node:path';

/**
 * What a person types to start this tool again from where they are: `evenkeel`, `npx evenkeel`, or
 * `node shared/cli/main.ts` where it runs from its sources.
 */
export function commandName({
  argv,
  env,
  cwd,
}: {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}): string {
  const script = argv[1] ?? '';
  if (script.endsWith('.ts')) {
    // npm runs scripts in the package's folder, wherever it was called.
    const file = path.relative(env['INIT_CWD'] ?? cwd, script);
    return `node ${/^[\w./\\:@+-]+$/u.test(file) ? file : JSON.stringify(file)}`;
  }
  return env['npm_command'] === 'exec' ? 'npx evenkeel' : 'evenkeel';
}
