import { clean } from './clean.ts';

/** Series of one family; above that, the labels that tell clusters apart go and the values are put together. */
export const mostSeries = 2_000;

export type Labels = Readonly<Record<string, string>>;
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'info';
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

interface FamilyOptions {
  /** A gauge unless given. */
  readonly type?: Family['type'];
  readonly unit?: string;
  /** What becomes of values whose labels are the same: their sum, unless a sum says nothing. */
  readonly combine?: (a: number, b: number) => number;
}

/** A family with its series bounded and each once. */
export function family(
  name: string,
  help: string,
  samples: readonly Sample[],
  { type = 'gauge', unit, combine = (a, b) => a + b }: FamilyOptions = {},
): Family {
  const series = bounded(samples, combine);
  return { name, type, help, samples: series, ...(unit !== undefined && { unit }) };
}

/** A sample. */
export function one(value: number, labels: Labels = {}): Sample {
  return { labels, value };
}

/** Each label set once; too many of them lose what tells clusters, namespaces and Services apart. */
function bounded(samples: readonly Sample[], combine: Combine): readonly Sample[] {
  const fine = distinct(samples, combine);
  if (fine.length <= mostSeries) return fine;
  const coarse = distinct(
    samples.map(({ labels, value }) => ({
      value,
      labels: Object.fromEntries(
        Object.entries(labels).filter(([key]) => key === 'severity' || key === 'rule'),
      ),
    })),
    combine,
  );
  return coarse.slice(0, mostSeries);
}

type Combine = NonNullable<FamilyOptions['combine']>;

function distinct(samples: readonly Sample[], combine: Combine): readonly Sample[] {
  const series = new Map<string, { labels: Labels; value: number }>();
  for (const { labels, value } of samples) {
    const key = labelText(labels);
    const known = series.get(key);
    if (known === undefined) series.set(key, { labels, value });
    else known.value = combine(known.value, value);
  }
  return [...series.values()];
}

/** The family as text; nothing without a sample. */
export function familyLines({ name, type, help, unit, samples }: Family): readonly string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(
      ({ labels, value }) =>
        `${name}${type === 'info' ? '_info' : ''}${labelText(labels)} ${value}`,
    ),
  ];
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([key, value]) => `${key}="${labelValue(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Label values: backslash, quote and line break are the ones to escape; the last is folded before. */
function labelValue(text: string): string {
  return clean(text, 256).replaceAll(/[\\"]/gu, String.raw`\$&`);
}
