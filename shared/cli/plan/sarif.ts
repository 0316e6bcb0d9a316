import path from 'node:path';
import { version } from '../../audit/version.ts';
import type { Place, Plan, PlannedFinding } from '../../plan/index.ts';
import { clean, escapeObeyed } from '../../report/index.ts';
import { afterText, beforeText } from './words.ts';
import { problemLine } from './text.ts';

const levels: Readonly<Record<string, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** New findings as SARIF 2.1.0, at the lines of the manifests that bring them. */
export function planSarif(plan: Plan): string {
  const results = [
    ...plan.findings.new.map((each) => findingResult(each, plan)),
    ...plan.services.flatMap(({ namespace, name, place, ports }) =>
      ports
        .filter(({ effect }) => effect === 'worse' || effect === 'maybe-worse')
        .map((port) => ({
          ruleId: 'plan/worse-traffic',
          kind: 'fail',
          level: port.effect === 'worse' ? 'error' : 'warning',
          message: {
            text: messageText(
              `${namespace}/${name} ${port.port}/${port.protocol}: ${beforeText(port.before)} → ${afterText(port.after)}`,
            ),
          },
          locations: [
            locationOf(place ?? plan.changes.find((each) => each.place !== undefined)?.place),
          ],
          partialFingerprints: {
            'evenkeel/v1': `${plan.cluster.id}/${namespace}/${name}/${port.port}/${port.protocol}/${port.family}`,
          },
        })),
    ),
  ];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].toSorted();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'evenkeel', version: clean(version), rules: rules.map(ruleOf) } },
        automationDetails: { id: `evenkeel-plan/${clean(plan.cluster.name)}` },
        invocations: [
          {
            executionSuccessful: plan.problems.length === 0,
            toolExecutionNotifications: [
              ...plan.problems.map(problemLine),
              ...plan.unknown.map((each) => `Unknown: ${clean(each)}`),
            ].map((text) => ({ level: 'warning', message: { text: messageText(text) } })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => ({ ...result, ruleIndex: rules.indexOf(result.ruleId) })),
      },
    ],
  };
  return `${escapeObeyed(JSON.stringify(log, undefined, 2))}\n`;
}

function findingResult({ finding, certainty, place }: PlannedFinding, plan: Plan) {
  return {
    ruleId: clean(finding.rule),
    kind: 'fail',
    level: certainty === 'certain' ? (levels[finding.severity] ?? 'note') : 'warning',
    message: {
      text: messageText(
        `${certainty === 'certain' ? '' : `${certainty}: `}${finding.title}. ${finding.message}`,
      ),
    },
    locations: [locationOf(place ?? plan.changes.find((each) => each.place !== undefined)?.place)],
    partialFingerprints: { 'evenkeel/v1': clean(finding.fingerprint) },
  };
}

function ruleOf(id: string): unknown {
  return {
    id,
    shortDescription: {
      text: id === 'plan/worse-traffic' ? 'The change degrades the traffic of a Service' : id,
    },
    help: { text: id === 'plan/worse-traffic' ? 'evenkeel plan' : `evenkeel explain ${id}` },
  };
}

/** The manifest's line; what no manifest brings stands at a made-up file, since SARIF wants one. */
function locationOf(place: Place | undefined): unknown {
  const file = place === undefined || place.file === 'stdin' ? 'manifests' : place.file;
  const uri = path
    .relative('.', file)
    .split(path.sep)
    .map((part) => encodeURIComponent(part))
    .join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: uri === '' ? 'manifests' : uri },
      region: { startLine: place?.line ?? 1 },
    },
  };
}

/** Braces are placeholders in SARIF unless doubled, and `[a](b)` is a link unless escaped. */
function messageText(text: string): string {
  const braces = clean(text, 4_096).replaceAll(/[{}]/gu, '$&$&');
  return braces.includes('](') ? braces.replaceAll(/[\\[\]]/gu, String.raw`\$&`) : braces;
}
