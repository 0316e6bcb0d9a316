import path from 'node:path';
import { version } from '../../audit/version.ts';
import type { FilePosition, Plan, PlannedFinding, Problem } from '../../plan/index.ts';
import { clean, messageText, sarifLevels, sarifLog } from '../../report/index.ts';
import { allRules } from '../../rules/index.ts';
import { afterText, beforeText, planKey } from './words.ts';

const titles = new Map(allRules.map(({ meta }) => [meta.id, meta.title]));

/** Not a rule of the catalogue: its results are about the change. */
const worseTraffic = 'plan/worse-traffic';

/** New findings as SARIF 2.1.0, at the lines of the manifests that bring them. */
export function planSarif(plan: Plan): string {
  const results = [
    ...plan.findings.new.map((each) => findingResult(each, plan)),
    ...plan.services.flatMap(({ namespace, name, place, ports }) =>
      ports
        .filter(({ effect }) => effect === 'worse' || effect === 'maybe-worse')
        .map((port) => ({
          ruleId: worseTraffic,
          kind: 'fail',
          level: port.effect === 'worse' ? 'error' : 'warning',
          message: {
            text: textOf(
              `${namespace}/${name} ${port.port}/${port.protocol}: ${beforeText(port.before)} → ${afterText(port.after)}`,
            ),
          },
          locations: [locationOf(place ?? firstPlace(plan))],
          partialFingerprints: {
            'evenkeel/v1': `${plan.cluster.id}/${namespace}/${name}/${port.port}/${port.protocol}/${port.family}`,
          },
        })),
    ),
  ];
  const notes = [...plan.problems, ...unknownParts(plan)];
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].toSorted();
  return sarifLog({
    version,
    // GitHub takes what stands before the last slash as the category, of which a commit has one result.
    id: `evenkeel-plan/${planKey(plan)}/`,
    rules: rules.map(ruleOf),
    invocation: {
      executionSuccessful: notes.length === 0,
      toolExecutionNotifications: notes.map(notification),
    },
    results: results.map((result) => ({ ...result, ruleIndex: rules.indexOf(result.ruleId) })),
  });
}

/** What is not known is no result, and no pass either. */
function unknownParts({ unknown, services }: Plan): readonly Problem[] {
  return [
    ...unknown.map((each) => ({ text: `Unknown: ${each}` })),
    ...services.flatMap(({ namespace, name, place, ports }) =>
      ports
        .filter(({ effect }) => effect === 'unknown')
        .map(({ port, protocol, after }) => ({
          ...(place !== undefined && { place }),
          text: `Unknown: ${namespace}/${name} ${port}/${protocol}: ${afterText(after)}`,
        })),
    ),
  ];
}

function notification({ text, place }: Problem): unknown {
  return {
    level: 'warning',
    message: { text: textOf(text) },
    ...(place !== undefined && { locations: [locationOf(place)] }),
  };
}

function findingResult({ finding, certainty, place }: PlannedFinding, plan: Plan) {
  return {
    ruleId: clean(finding.rule),
    kind: 'fail',
    level: certainty === 'certain' ? sarifLevels[finding.severity] : 'warning',
    message: {
      text: textOf(
        `${certainty === 'certain' ? '' : `${certainty}: `}${finding.title}. ${finding.message}`,
      ),
    },
    locations: [locationOf(place ?? firstPlace(plan))],
    partialFingerprints: { 'evenkeel/v1': clean(finding.fingerprint) },
  };
}

function ruleOf(id: string): unknown {
  return {
    id,
    shortDescription: {
      text:
        id === worseTraffic
          ? 'The change degrades the traffic of a Service'
          : textOf(titles.get(id) ?? id),
    },
    help: { text: id === worseTraffic ? 'evenkeel plan' : `evenkeel explain ${id}` },
  };
}

/** Where what no manifest brings by itself is shown: the first object that changes. */
function firstPlace({ changes }: Plan): FilePosition | undefined {
  return changes.find(({ place }) => place !== undefined)?.place;
}

/** The manifest's line; what no manifest brings stands at a made-up file, since SARIF wants one. */
function locationOf(place: FilePosition | undefined): unknown {
  const file = place === undefined || place.file === 'stdin' ? 'manifests' : place.file;
  const uri = path
    .relative('.', file)
    .split(path.sep)
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: uri === '' ? 'manifests' : uri },
      region: { startLine: place?.line ?? 1 },
    },
  };
}

/** Messages end at this many characters. */
const mostText = 4_096;

function textOf(text: string): string {
  return messageText(clean(text, mostText));
}
