import { atLeast } from '../../findings/index.ts';
import { matchesAny } from '../../policy/glob.ts';
import type { Policy, QuietHours, SlackPolicy, SlackRoute } from '../../policy/index.ts';
import { holdsFor } from '../../policy/scope.ts';
import type { ClusterReport } from '../../report/report.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';

/** All that decides who is told. Nothing of it comes from a cluster. */
export interface SlackConfig {
  readonly slack?: SlackPolicy | undefined;
  readonly owners?: Policy['owners'];
  /** `SLACK_CHANNEL`: where all goes without routes, and what nobody else takes with them. */
  readonly channel?: string | undefined;
}

/** One channel of one route: it has digests and criticals of its own. */
export interface SlackTarget {
  /** `platform`, or `teams.shop` for the owners of a route: the partition of its rows. */
  readonly id: string;
  readonly route: string;
  readonly channel: string;
  /** User or group that criticals notify. */
  readonly mention?: string;
  readonly criticals: SlackPolicy['criticals'];
  readonly quietHours?: QuietHours;
  readonly weekly?: SlackPolicy['weekly'];
  /** Hears of everything, clusters of which no result came too. */
  readonly whole: boolean;
}

export interface Routing {
  readonly targets: readonly SlackTarget[];
  readonly fallback?: string;
  /** Ids of the targets that hear of a finding; each channel once. */
  readonly of: (placed: ClusterFinding) => readonly string[];
  /** Whether a target hears of a cluster as such: that it was scanned or not. */
  readonly hasCluster: (target: SlackTarget, cluster: ClusterReport) => boolean;
}

const unknownOwner = 'unknown';
const defaultCriticals: SlackPolicy['criticals'] = {
  perFinding: true,
  maxPerRun: 10,
  remindDays: [1, 3, 7],
};

/** The routing that a policy and the settings say; without a channel it has no targets. */
export function routing(config: SlackConfig): Routing {
  const { slack, channel } = config;
  const fallback = slack?.fallback ?? channel;
  const routes =
    slack === undefined || slack.routes.length === 0 ? [everything(channel, slack)] : slack.routes;
  const targets = new Map<string, SlackTarget>();
  for (const [at, route] of routes.entries())
    for (const target of targetsOf(route, config, at === routes.length - 1))
      if (!targets.has(target.id)) targets.set(target.id, target);

  function targetOf(route: SlackRoute, owner: string | undefined): SlackTarget | undefined {
    if (route.to !== 'owner') return targets.get(route.name);
    return (
      targets.get(`${route.name}.${owner ?? unknownOwner}`) ??
      targets.get(`${route.name}.${unknownOwner}`)
    );
  }

  return {
    targets: [...targets.values()],
    ...(fallback !== undefined && { fallback }),
    of(placed) {
      const ids: string[] = [];
      const channels = new Set<string>();
      for (const route of routes) {
        const least = route.minSeverity ?? slack?.minSeverity ?? 'medium';
        if (!matches(route, placed) || !atLeast(placed.finding.severity, least)) continue;
        const target = targetOf(route, ownerOf(placed));
        if (target === undefined) continue;
        if (!channels.has(target.channel)) ids.push(target.id);
        channels.add(target.channel);
        if (!route.continue) break;
      }
      return ids;
    },
    hasCluster: (target, cluster) =>
      routes.some(
        (route) =>
          matchesCluster(route, cluster) && targetOf(route, cluster.owner)?.id === target.id,
      ),
  };
}

/** The channels of a route: its own, or one for each owner and for those without one. */
function targetsOf(route: SlackRoute, config: SlackConfig, last: boolean): readonly SlackTarget[] {
  const { slack, owners = {}, channel } = config;
  const fallback = slack?.fallback ?? channel;
  const common = {
    route: route.name,
    criticals: slack?.criticals ?? defaultCriticals,
    whole: Object.values(route.match).every((value) => value === undefined),
    ...(last && slack?.weekly !== undefined && { weekly: slack.weekly }),
    ...quietOf(route, slack),
  };
  if (route.to !== 'owner')
    return route.to === '' ? [] : [{ ...common, id: route.name, channel: route.to }];
  const names = route.match.owner ?? Object.keys(owners);
  return [...names, unknownOwner].flatMap((name): readonly SlackTarget[] => {
    const owner = Object.hasOwn(owners, name) ? owners[name] : undefined;
    const to = owner?.channel ?? fallback;
    if (to === undefined) return [];
    const id = `${route.name}.${name}`;
    return [
      {
        ...common,
        id,
        channel: to,
        ...(owner?.mention !== undefined && { mention: owner.mention }),
      },
    ];
  });
}

/** Without routes: all of it to one channel. */
function everything(channel: string | undefined, slack: SlackPolicy | undefined): SlackRoute {
  return { name: 'fleet', match: {}, to: channel ?? slack?.fallback ?? '', continue: false };
}

function quietOf(
  route: SlackRoute,
  slack: SlackPolicy | undefined,
): { readonly quietHours?: QuietHours } {
  const quietHours = route.quietHours ?? slack?.quietHours;
  return quietHours === undefined ? {} : { quietHours };
}

/** The namespace's owner before the cluster's; policy has worked out both. */
function ownerOf({ cluster, finding }: ClusterFinding): string | undefined {
  return finding.owner ?? cluster.owner;
}

function matches({ match }: SlackRoute, placed: ClusterFinding): boolean {
  const { cluster, finding } = placed;
  const { owner, severity, rule, ...scope } = match;
  return (
    (owner === undefined || owner.includes(ownerOf(placed) ?? '')) &&
    (severity === undefined || severity.includes(finding.severity)) &&
    (rule === undefined || matchesAny(rule, finding.rule)) &&
    holdsFor(scope, facts(cluster), finding.subject.namespace)
  );
}

/** Severity and rule are no properties of a cluster; a route for namespaces does not have whole clusters. */
function matchesCluster({ match }: SlackRoute, cluster: ClusterReport): boolean {
  const { owner, severity: _severity, rule: _rule, ...scope } = match;
  return (
    (owner === undefined || owner.includes(cluster.owner ?? '')) &&
    holdsFor(scope, facts(cluster), undefined)
  );
}

function facts(cluster: ClusterReport): Parameters<typeof holdsFor>[1] {
  const { id, name, plainName = name, subscriptionId, tags } = cluster;
  return {
    id,
    name: plainName,
    ...(subscriptionId !== undefined && { subscriptionId }),
    ...(tags !== undefined && { tags: new Map(Object.entries(tags)) }),
  };
}
