import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { Cursor, isObject, parseJson, type ArmAccess } from '../input/index.ts';
import { armId, read, unread, type Read, type VirtualMachine } from '../model/index.ts';

/**
 * The virtual machines of a case folder, where somebody saved them: they tell a standalone VM's set.
 * Live they are not asked for; nothing needs them.
 */
export async function readVirtualMachines(
  access: ArmAccess,
): Promise<Read<readonly VirtualMachine[]>> {
  const rows: VirtualMachine[] = [];
  let url: string | undefined =
    `${access.endpoint}/subscriptions/saved/providers/Microsoft.Compute/virtualMachines`;
  while (url !== undefined) {
    const response = await access.httpClient?.sendRequest(createPipelineRequest({ url }));
    if (response?.status !== 200)
      return unread(
        'arm/virtualMachines.json is missing or cannot be read; it adds precision only',
      );
    const body = parseJson(response.bodyAsText ?? '');
    const origin = { source: 'arm/virtualMachines.json', problems: access.problems };
    rows.push(...new Cursor(body, 'body', origin).objects('value').flatMap(parseVirtualMachine));
    const next = isObject(body) ? body['nextLink'] : undefined;
    url = typeof next === 'string' && next !== '' ? next : undefined;
  }
  return read(rows);
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
