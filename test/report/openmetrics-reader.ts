export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: ReadonlyMap<string, string>;
    readonly value: number;
  }[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/u;

/** Reads OpenMetrics 1.0 text, the parts that gauges and infos use, strictly: what the specification forbids is an error. */
export function readOpenMetrics(text: string): readonly MetricFamily[] {
  if (!text.endsWith('# EOF\n')) throw new Error('no # EOF at the end');
  const lines = text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1);
  const families = new Map<
    string,
    { -readonly [K in keyof MetricFamily]: MetricFamily[K] } & {
      samples: MetricFamily['samples'][number][];
    }
  >();
  const series = new Set<string>();
  let current = '';
  for (const line of lines) {
    const meta = /^# (TYPE|HELP|UNIT) (\S+) (.*)$/u.exec(line);
    if (meta !== null) {
      const [, kind = '', name = '', rest = ''] = meta;
      if (!metricName.test(name)) throw new Error(`bad name: ${line}`);
      if (name !== current && families.has(name)) throw new Error(`family ${name} in two places`);
      const family = families.get(name) ?? { name, type: '', help: '', unit: '', samples: [] };
      if (family.samples.length > 0) throw new Error(`metadata after samples: ${line}`);
      if (kind === 'TYPE' && !['gauge', 'info', 'counter', 'unknown'].includes(rest))
        throw new Error(`bad type: ${line}`);
      if (kind === 'UNIT' && !name.endsWith(`_${rest}`))
        throw new Error(`name without its unit: ${line}`);
      const field = kind.toLowerCase() as 'type' | 'help' | 'unit';
      if (family[field] !== '') throw new Error(`twice: ${line}`);
      family[field] = rest;
      families.set(name, family);
      current = name;
      continue;
    }
    const sample = readSample(line);
    const family = families.get(current);
    const expected = family?.type === 'info' ? `${current}_info` : current;
    if (family === undefined || sample.name !== expected)
      throw new Error(`sample outside of its family: ${line}`);
    const key = `${sample.name}${[...sample.labels]
      .map((pair) => JSON.stringify(pair))
      .toSorted()
      .join()}`;
    if (series.has(key)) throw new Error(`series twice: ${line}`);
    series.add(key);
    family.samples.push(sample);
  }
  return [...families.values()];
}

function readSample(line: string): MetricFamily['samples'][number] {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)$/u.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = '', labels = '', number = ''] = match;
  const value = Number(number);
  if (number === '' || Number.isNaN(value)) throw new Error(`no number: ${line}`);
  return { name, labels: readLabels(labels.slice(1, -1), line), value };
}

function readLabels(text: string, line: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/u.exec(rest);
    if (match === null) throw new Error(`bad labels: ${line}`);
    const [whole, name = '', value = ''] = match;
    if (labels.has(name)) throw new Error(`label twice: ${line}`);
    labels.set(
      name,
      value.replaceAll(/\\([\\"n])/gu, (_, character: string) =>
        character === 'n' ? '\n' : character,
      ),
    );
    rest = rest.slice(whole.length);
  }
  return labels;
}
