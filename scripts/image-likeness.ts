type Picture = { data: Uint8Array; width: number; height: number; channels: number };

/** How alike two pictures are in brightness: PSNR in dB, and SSIM over blocks of 8 × 8. */
export function likeness(one: Picture, other: Picture): { psnr: number; ssim: number } {
  const [a, b] = [brightness(one), brightness(other)];
  let squares = 0;
  for (let at = 0; at < a.length; at++) squares += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
  let sum = 0;
  let blocks = 0;
  for (let y = 0; y + 8 <= one.height; y += 8) {
    for (let x = 0; x + 8 <= one.width; x += 8) {
      sum += blockSsim(a, b, y * one.width + x, one.width);
      blocks++;
    }
  }
  return { psnr: 10 * Math.log10(255 ** 2 / (squares / a.length)), ssim: sum / blocks };
}

function brightness({ data, channels }: Picture): Float64Array {
  return Float64Array.from({ length: data.length / channels }, (_, pixel) => {
    const at = pixel * channels;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function blockSsim(a: Float64Array, b: Float64Array, start: number, stride: number): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      const valueA = a[start + row * stride + column] ?? 0;
      const valueB = b[start + row * stride + column] ?? 0;
      sumA += valueA;
      sumB += valueB;
      sumAA += valueA * valueA;
      sumBB += valueB * valueB;
      sumAB += valueA * valueB;
    }
  }
  const [meanA, meanB] = [sumA / 64, sumB / 64];
  const [varianceA, varianceB] = [sumAA / 64 - meanA * meanA, sumBB / 64 - meanB * meanB];
  const covariance = sumAB / 64 - meanA * meanB;
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
    ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
  );
}
