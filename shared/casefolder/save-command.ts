import { armLists, configurationsList } from './arm-lists.ts';
import { kubernetesLists } from './kubernetes-lists.ts';

/** How to save a file of a case folder, by its path there; `undefined` = none of ours. */
export function saveCommand(file: string): string | undefined {
  const known = [configurationsList, ...armLists.values(), ...kubernetesLists];
  return known.find((each) => each.file === file)?.command;
}
