import type { App } from '../../shared/service/app.ts';
import { register as auditClusterPoison } from '../audit-cluster-poison.ts';
import { register as auditCluster } from '../audit-cluster.ts';
import { register as auditProgress } from '../audit-progress.ts';
import { register as auditTimer } from '../audit-timer.ts';
import { register as audits } from '../audits.ts';
import { register as health } from '../health.ts';
import { register as mcp } from '../mcp.ts';
import { register as preflight } from '../preflight.ts';
import { register as report } from '../report.ts';
import { register as rule } from '../rule.ts';
import { register as slackInteraction } from '../slack-interaction.ts';
import { register as slackInteractions } from '../slack-interactions.ts';
import { register as sweeper } from '../sweeper.ts';

/** Registers all functions with the host, to work for this app. */
export function registerFunctions(app: App): void {
  auditClusterPoison(app);
  auditCluster(app);
  auditProgress(app);
  auditTimer(app);
  audits(app);
  health(app);
  mcp(app);
  preflight(app);
  report(app);
  rule(app);
  slackInteraction(app);
  slackInteractions(app);
  sweeper(app);
}
