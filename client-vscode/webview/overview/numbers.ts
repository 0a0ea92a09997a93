import type { ModelEntry, ModelsProgressParams } from '../../src/protocol';

/** Bytes, as people write them. */
export function bytes(count: number): string {
  const [unit, scale] = count >= 1e9 ? ['GB', 1e9] : ['MB', 1e6];
  const value = count / scale;
  return `${value.toFixed(value < 10 && unit === 'GB' ? 1 : 0)} ${unit}`;
}

/** How fast it is, or would be; empty where nobody knows. */
export function speedOf({ tokensPerSecond: speed, measured }: ModelEntry): string {
  if (speed === null) {
    return '';
  }
  const value = speed.toFixed(speed < 10 ? 1 : 0);
  return measured ? `${value} tokens/s, measured here` : `about ${value} tokens/s here`;
}

/** What it is, in a few numbers. */
export function factsOf(model: ModelEntry): string[] {
  const { parameters, quantization, context, licence } = model;
  const size = parameters >= 1000 ? `${(parameters / 1000).toFixed(1)} B` : `${parameters.toFixed(0)} M`;
  return [
    parameters > 0 ? `${size} parameters${quantization === '' ? '' : `, ${quantization}`}` : '',
    context > 0 ? `${context.toLocaleString('en')} tokens of context` : '',
    licence,
  ].filter((fact) => fact !== '');
}

/** How far an installation is; from 0 to 1, or undefined where there is nothing to count. */
export function shareOf({ doneBytes, totalBytes }: ModelsProgressParams): number | undefined {
  return totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : undefined;
}

/** How far an installation is, for a person. */
export function progressText(progress: ModelsProgressParams | null): string {
  if (progress === null) {
    return 'Starting';
  }
  const { message, doneBytes, totalBytes, bytesPerSecond } = progress;
  const left = bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : 0;
  const parts = [
    message,
    totalBytes > 0 && doneBytes > 0 ? `${bytes(doneBytes)} of ${bytes(totalBytes)}` : '',
    bytesPerSecond > 0 ? `${bytes(bytesPerSecond)}/s` : '',
    left >= 1 ? `${duration(left)} left` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function duration(seconds: number): string {
  if (seconds < 60) {
    return `${Math.ceil(seconds)} s`;
  }
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
