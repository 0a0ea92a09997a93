import type { Picture } from '../src/chat/messages';

/** Longest side in pixels: common models look at no more. */
const SIDE = 1568;
/** A picture that is larger as a PNG, in bytes, becomes a JPEG. */
const LOSSLESS = 700_000;

/** The size that a picture is sent in, in pixels. */
export function sizeOf(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * A picture as models want it: not larger than they look at, and painted anew, so that nothing but its pixels is left
 * of the file (no place, no camera, no program). Rejects where the browser cannot read it.
 */
export async function smaller(file: Blob): Promise<Pick<Picture, 'kind' | 'data'>> {
  const bitmap = await createImageBitmap(file);
  try {
    const { width, height } = sizeOf(bitmap.width, bitmap.height);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) {
      throw new Error('There is no canvas.');
    }
    // A JPEG has no transparency, and text on nothing is read best on white.
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    let blob = await canvas.convertToBlob({ type: 'image/png' });
    if (blob.size > LOSSLESS) {
      blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.88 });
    }
    return { kind: blob.type, data: await base64(blob) };
  } finally {
    bitmap.close();
  }
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const text = typeof reader.result === 'string' ? reader.result : '';
      resolve(text.slice(text.indexOf(',') + 1));
    };
    reader.onerror = () => {
      reject(new Error('The picture cannot be read.'));
    };
    reader.readAsDataURL(blob);
  });
}
