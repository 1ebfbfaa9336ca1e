import { spawn } from 'node:child_process';
import { bridgeArguments } from './python-handler.ts';
import { pythonInterpreter } from './interpreter.ts';

/**
 * `--test_input JSON`: runs one job with the handler as RunPod's SDK does, on this terminal.
 * @param args everything behind the handler's path, the flag included
 * @returns the exit code for this process
 * @throws {FlyballError} HANDLER_FAILED
 */
export async function runPythonTestInput(path: string, args: readonly string[]): Promise<number> {
  const file = pythonInterpreter(undefined, process.env);
  const child = spawn(file, bridgeArguments('test', path, args), { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
