import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const schema: AnySchemaObject = JSON.parse(
  readFileSync(new URL('sarif.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv2020({ allErrors: true, strictTypes: false, strictRequired: false });
formats.default(ajv);
const validate = ajv.compile(schema);

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly baselineState: string;
  readonly suppressions?: readonly unknown[];
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
  }[];
}

export interface SarifLog {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly {
          readonly id: string;
          readonly properties: { readonly 'security-severity': string };
        }[];
      };
    };
    readonly automationDetails: { readonly id: string };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly message: { readonly text: string };
      }[];
    }[];
    readonly results: readonly SarifResult[];
  }[];
}

/** The log, and what is wrong with it: by the schema, and by the rules that no schema can say. `uris`: where results may stand. */
export function readSarif(
  text: string,
  uris = /^fleet\/[^/?#:]+\.md$/u,
): {
  readonly log: SarifLog;
  readonly faults: readonly string[];
} {
  const log: SarifLog = JSON.parse(text);
  const bySchema = validate(log)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  const byRule = log.runs.flatMap(({ results, tool }) =>
    results.flatMap((result) => [
      ...(tool.driver.rules[result.ruleIndex]?.id === result.ruleId
        ? []
        : [`ruleIndex of ${result.ruleId}`]),
      ...result.locations
        .map(({ physicalLocation }) => physicalLocation.artifactLocation.uri)
        .filter((uri) => !uris.test(uri) || uri.includes('..'))
        .map((uri) => `uri ${uri}`),
      ...messageFaults(result.message.text),
    ]),
  );
  return { log, faults: [...bySchema, ...byRule] };
}

/** 3.11.5 and 3.11.6: single braces are placeholders, and unescaped brackets make links. */
function messageFaults(text: string): readonly string[] {
  // Something stays in their place: what stood apart is not joined by taking them out.
  const plain = text.replaceAll(/\{\{|\}\}|\\[\\[\]]/gu, '_');
  return [
    ...(/[{}]/u.test(plain) ? [`placeholder in ${text}`] : []),
    ...(plain.includes('](') ? [`link in ${text}`] : []),
  ];
}
