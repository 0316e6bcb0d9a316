import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { Cursor, parseJson, sourceOf, type ArmAccess } from '../input/index.ts';
import {
  armId,
  compareText,
  read,
  unread,
  type Read,
  type VirtualMachine,
} from '../model/index.ts';

/** Why there are none, where nobody saved them: nothing is amiss. */
export const notSaved = 'not saved; it adds precision only';

/**
 * The virtual machines of a case folder, where somebody saved them: they tell a standalone VM's set.
 * Live they are not asked for; nothing needs them, but a file that cannot be read is told.
 */
export async function readVirtualMachines(
  access: ArmAccess,
): Promise<Read<readonly VirtualMachine[]>> {
  const source = sourceOf(access, 'virtualMachines');
  const origin = { source, problems: access.problems };
  const rows: VirtualMachine[] = [];
  let url: string | undefined =
    `${access.endpoint}/subscriptions/saved/providers/Microsoft.Compute/virtualMachines`;
  while (url !== undefined) {
    const response = await access.httpClient?.sendRequest(createPipelineRequest({ url }));
    if (response === undefined || response.status === 404) return unread(`${source}: ${notSaved}`);
    const body = new Cursor(parseJson(response.bodyAsText ?? ''), 'body', origin);
    if (response.status !== 200)
      return unread(`${source}: ${body.at('error').text('message') ?? 'cannot be read'}`);
    rows.push(...body.objects('value').flatMap(parseVirtualMachine));
    url = body.text('nextLink', 8192) || undefined;
  }
  return read(rows.toSorted((a, b) => compareText(a.id, b.id)));
}

function parseVirtualMachine(item: Cursor): readonly VirtualMachine[] {
  const id = item.text('id', 2048);
  if (id === undefined) return [];
  const properties = item.at('properties');
  const computerName = properties.at('osProfile').text('computerName', 253);
  const availabilitySetId = properties.at('availabilitySet').text('id', 2048);
  const scaleSetId = properties.at('virtualMachineScaleSet').text('id', 2048);
  const provisioningState = properties.text('provisioningState', 64)?.toLowerCase();
  return [
    {
      id: armId(id),
      name: item.text('name', 260) ?? '',
      ...(computerName !== undefined && { computerName }),
      ...(availabilitySetId !== undefined && { availabilitySetId: armId(availabilitySetId) }),
      ...(scaleSetId !== undefined && { scaleSetId: armId(scaleSetId) }),
      ...(provisioningState !== undefined && { provisioningState }),
    },
  ];
}
