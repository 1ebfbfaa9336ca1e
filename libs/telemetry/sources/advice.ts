/** Next steps that do not depend on who met the problem: whoever asks the driver hears the same. */
export const advice = {
  giveGpu:
    'If there is a GPU, give it to the container (docker run --gpus all, or nvidia.com/gpu: 1 in Kubernetes) with NVIDIA_DRIVER_CAPABILITIES=utility; outside of containers, install the NVIDIA driver.',
  givePermission:
    'Let this user read and write the device files (ls -l /dev/nvidia* shows who may); give a container the GPU (docker run --gpus all, or nvidia.com/gpu: 1 in Kubernetes) and not single files.',
  loadDriver: 'Load the driver on the host: modprobe nvidia. If that fails, dmesg says why; install the driver anew.',
  matchDriver:
    'The driver was updated while it was loaded: reboot the host (or reload the driver), then make the container anew.',
  remakeContainer:
    'Make the container anew: a reload of systemd on the host takes the GPUs away from those that run. Outside of containers, look for lines with NVRM or Xid in dmesg.',
  driverHangs:
    'Run nvidia-smi by hand on the host. If it hangs too, look for lines with Xid or NVRM in dmesg, then reset the GPU (nvidia-smi --gpu-reset) or reboot the host. If it is only slow, turn on persistence mode (nvidia-smi -pm 1).',
  replaceGpu:
    'Look for lines with Xid in dmesg on the host (79: the GPU has fallen off the bus), reboot the host, and have the GPU checked if it happens again.',
  resetGpu: 'Stop what uses the GPU and run nvidia-smi --gpu-reset on the host.',
} as const;
