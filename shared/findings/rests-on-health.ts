/** Rules of the share model and of probes: what they find rests on which backends are up. */
const resting =
  /^(?:traffic\/(?:no-traffic|starved-endpoints|lost-connections|uneven-share|single-backend|probe-disagrees)|probe\/|network\/nsg-blocks-probe$|multi-lb\/local-pool-drift$)/u;

/** Whether a finding of a rule says something that Azure's health of the backends can confirm. */
export function restsOnHealth(rule: string): boolean {
  return resting.test(rule);
}
