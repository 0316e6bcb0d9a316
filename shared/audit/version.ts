import { readFileSync } from 'node:fs';
import { ownFile } from './own-files.ts';

/** The version of package.json, read once: reports and health name the tool that made them. */
export const version: string = readVersion();

function readVersion(): string {
  const text = readFileSync(ownFile('../../package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed
      ? parsed.version
      : undefined;
  return typeof found === 'string' ? found : '0.0.0';
}
