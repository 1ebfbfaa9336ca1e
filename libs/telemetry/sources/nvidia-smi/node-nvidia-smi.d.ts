declare module 'node-nvidia-smi' {
  /** Runs `nvidia-smi -q -x`. The error is an Error, or the text that the command wrote to stderr. */
  export default function query(callback: (error: unknown, document?: unknown) => void): void;
}
