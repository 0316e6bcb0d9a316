import { readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '..', '..');

export interface Resource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly condition?: string;
  readonly kind?: string;
  readonly scope?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export interface Template {
  readonly $schema: string;
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly resources: readonly Resource[];
  readonly outputs?: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

export function readTemplate(name: string): Template {
  return JSON.parse(readFileSync(path.join(root, 'infra', `${name}.json`), 'utf8')) as Template;
}

/** A template and those nested in it. */
export function nested(template: Template): readonly Template[] {
  const inner = template.resources.flatMap(({ properties }) => {
    const given = properties?.['template'] as Template | undefined;
    return given === undefined ? [] : nested(given);
  });
  return [template, ...inner];
}

/** Every resource that is no nested deployment. */
export function resourcesOf(template: Template): readonly Resource[] {
  return nested(template)
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type !== 'Microsoft.Resources/deployments');
}

/** Every text in a value, where it stands. */
export function textsIn(value: unknown, at = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'template' ? [] : [...textsIn(key, `${at}/~`), ...textsIn(inner, `${at}/${key}`)],
  );
}
