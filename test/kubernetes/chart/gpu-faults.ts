import { containersOf, type Container, type Pod } from './objects.ts';

/** Names of the containers that ask for a GPU. */
export function gpuOwners(pod: Pod): readonly string[] {
  return containersOf(pod).flatMap((each) => (gpusOf(each).length > 0 ? [each.name] : []));
}

/** Where a pod's containers see more of the node's GPUs than they are given, as `CONTAINER: WHAT`. */
export function gpuFaults(pod: Pod): readonly string[] {
  const several = gpuOwners(pod).length > 1 ? ['pod: two containers ask for a GPU'] : [];
  return [
    ...several,
    ...containersOf(pod).flatMap((each) => containerFaults(each).map((fault) => `${each.name}: ${fault}`)),
  ];
}

/** Extended resources, which have a domain: `[nvidia.com/gpu, 1]`. */
function gpusOf({ resources = {} }: Container): readonly (readonly [string, unknown])[] {
  return Object.entries({ ...resources.requests, ...resources.limits }).filter(([name]) => name.includes('/'));
}

function containerFaults(container: Container): readonly string[] {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const gpus = gpusOf(container);
  const visible = (container.env ?? []).flatMap(({ name, value }) =>
    name === 'NVIDIA_VISIBLE_DEVICES' ? [value ?? 'from elsewhere'] : [],
  );
  return [
    // Whoever owns one is told which by the device plugin; whoever owns none would see all of an image that says "all".
    ...(visible.join() === (gpus.length > 0 ? '' : 'void') ? [] : [`NVIDIA_VISIBLE_DEVICES is "${visible.join()}"`]),
    ...(gpus.length > 1 ? ['two kinds of GPU'] : []),
    ...gpus.flatMap(([name, count]) => [
      ...(limits[name] === undefined ? [`${name} is no limit`] : []),
      ...((requests[name] ?? count) === count ? [] : [`${name} is requested otherwise`]),
      ...(Number.isInteger(count) && Number(count) > 0 ? [] : [`${name} is no whole number`]),
    ]),
  ];
}
