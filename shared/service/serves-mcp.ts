import type { Environment } from '../audit/environment.ts';

/** The tools for agents over HTTP are on. */
export function servesMcp(env: Environment): boolean {
  return env['EVENKEEL_MCP']?.toLowerCase() === 'true';
}
