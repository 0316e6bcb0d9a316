import type { Environment } from './settings.ts';

/** The tools for agents over HTTP are on. */
export function servesMcp(env: Environment): boolean {
  return env['EVENKEEL_MCP']?.toLowerCase() === 'true';
}
