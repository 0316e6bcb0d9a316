import { readFileSync } from 'node:fs';

/** The version of package.json, read once: reports and health name the tool that made them. */
export const version: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed
      ? parsed.version
      : undefined;
  return typeof found === 'string' ? found : '0.0.0';
}
