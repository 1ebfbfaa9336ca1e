export const plays = [
  'ok',
  /** `slow:500`: the document, after so many ms. */
  'slow',
  'hang',
  /** Hangs, and ignores SIGTERM. */
  'hang-hard',
  /** A good document, and words on stderr. */
  'stderr',
  /** `exit:9`: ends with that status; 14 after a good document, the others with the words that nvidia-smi has for them. */
  'exit',
  /** Ends in the middle of a tag. */
  'cut',
  'empty',
  /** Something that is not XML. */
  'text',
  /** A document of 1.2 MB. */
  'big',
  /** A document without a device. */
  'zero',
  /** A document without the last device. */
  'vanish',
  /** Ends, while a process it has started keeps its pipes open. */
  'grandchild',
] as const;
export type Play = (typeof plays)[number];

export interface Step {
  readonly play: Play;
  readonly number?: number;
}

/** `ok*3,hang,exit:9`: one step for each call; the last one for all that follow. */
export function parsePlays(text: string): readonly Step[] {
  return text.split(',').flatMap((each) => {
    const [, play = each, times = '1'] = /^(.*)\*(\d+)$/.exec(each) ?? [];
    return Array.from({ length: Number(times) }, () => oneStep(play));
  });
}

export function oneStep(text: string): Step {
  const [, name, number] = /^([a-z-]+)(?::(\d+))?$/.exec(text.trim()) ?? [];
  const play = plays.find((play) => play === name);
  if (play === undefined) throw new Error(`"${text}" is not a play. Known: ${plays.join(', ')}.`);
  if ((play === 'slow' || play === 'exit') !== (number !== undefined)) {
    throw new Error(`"${text}": slow and exit take a number (slow:500, exit:9), the others none.`);
  }
  return { play, ...(number !== undefined && { number: Number(number) }) };
}

/** What nvidia-smi writes to stdout with a status. */
export const exitWords: Readonly<Record<number, string>> = {
  4: 'Failed to initialize NVML: Insufficient Permissions\n',
  6: 'No devices were found\n',
  9: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
  15: 'Unable to determine the device handle for GPU0000:23:00.0: GPU is lost.  Reboot the system to recover this GPU\n',
  18: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.65\n',
  255: 'Failed to initialize NVML: Unknown Error\n',
};
