/**
 * The ARM templates of `infra/*.bicep`, by a compiler for the part of Bicep that
 * they are written in. Microsoft's own compiler is the judge wherever it is at hand: `az bicep build`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { armTemplate } from './infra/arm.ts';
import { parseBicep } from './infra/parse.ts';
import type { Json } from './infra/syntax.ts';

const folder = path.join(import.meta.dirname, '..', 'infra');

/** Bicep files that people deploy; the others are their modules. */
export const templates = ['main', 'management-group'] as const;

function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

/** A deployable template as ARM takes it. @throws Error with file and line for Bicep that is not known here. */
export function compiled(name: (typeof templates)[number]): Json {
  return armTemplate(`${name}.bicep`, {
    statements: (file) => parseBicep(read(file), `infra/${file}`),
    json(file) {
      const value: Json = JSON.parse(read(file));
      return value;
    },
  });
}
