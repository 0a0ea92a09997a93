import { execFile } from 'node:child_process';

import type { DoctorResult } from '../protocol';
import type { Server } from '../server';

/** Longest run of `hearth doctor`, in milliseconds. */
const PATIENCE = 60_000;

/** What the server finds of the installation; where there is no server to ask, what its program finds by itself. */
export async function askDoctor(server: Server): Promise<DoctorResult> {
  try {
    return await server.request('hearth/doctor', {});
  } catch (error) {
    const { program } = server;
    if (program === undefined) {
      throw error;
    }
    return findingsOf(await output(program, ['doctor', '--json']));
  }
}

/** What `hearth doctor --json` printed. Throws if that is something else. */
export function findingsOf(json: string): DoctorResult {
  const found: unknown = JSON.parse(json);
  if (
    typeof found !== 'object' ||
    found === null ||
    !('findings' in found) ||
    !Array.isArray(found.findings)
  ) {
    throw new Error('The doctor said nothing that can be shown.');
  }
  // The program and the server write the same facts.
  return { findings: found.findings as DoctorResult['findings'] };
}

/** What a program prints. It may end with an error and have said something useful all the same. */
function output(program: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, options, { timeout: PATIENCE, encoding: 'utf8' }, (error, stdout) => {
      if (stdout.trim() !== '') {
        resolve(stdout);
      } else {
        reject(error ?? new Error(`${program} said nothing.`));
      }
    });
  });
}
