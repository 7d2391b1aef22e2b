import { BitWriter } from "./bit-writer.ts";
import { constantBinCoder } from "./constant-bin-coder.ts";

/**
 * The least of HEVC that a decoder takes: one picture whose blocks hold their samples uncompressed
 * (PCM). No free encoder is to be had from npm, and a photo taken by a phone would be a binary file
 * in the repository. Names are those of ITU-T H.265; sizes are in blocks of 16 × 16.
 */
export type HevcPicture = {
  columns: number;
  rows: number;
  /** The 4:2:0 samples of one block: 256 of Y, then 64 of Cb, then 64 of Cr. */
  block(column: number, row: number): Uint8Array;
};

export type HevcStream = { vps: Buffer; sps: Buffer; pps: Buffer; picture: Buffer };

export const blockSize = 16;

export function encodeHevc(picture: HevcPicture): HevcStream {
  return {
    vps: nalUnit(32, videoParameters()),
    sps: nalUnit(33, sequenceParameters(picture)),
    pps: nalUnit(34, pictureParameters()),
    picture: nalUnit(20, slice(picture)),
  };
}

function nalUnit(type: number, content: Buffer): Buffer {
  const bytes = [type << 1, 1];
  let zeros = 0;
  for (const byte of content) {
    // Three bytes that could be read as a start code get a 3 between them.
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(bytes);
}

/** The same twelve bytes stand in the parameter sets and in the file's hvcC box. */
export const profile = Buffer.from([3, 0x70, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93]);

function videoParameters(): Buffer {
  const bits = new BitWriter();
  bits.write(0, 4).write(3, 2).write(0, 6).write(0, 3).write(1, 1).write(0xffff, 16);
  bits.bytes(profile);
  bits.write(1, 1).ue(0).ue(0).ue(0); // one layer, nothing reordered
  bits.write(0, 6).ue(0).write(0, 1).write(0, 1);
  return bits.trailing();
}

function sequenceParameters({ columns, rows }: HevcPicture): Buffer {
  const bits = new BitWriter();
  bits.write(0, 4).write(0, 3).write(1, 1).bytes(profile);
  bits.ue(0).ue(1); // id; 4:2:0
  bits
    .ue(columns * blockSize)
    .ue(rows * blockSize)
    .write(0, 1);
  bits.ue(0).ue(0).ue(4); // 8 bits deep; order counter
  bits.write(1, 1).ue(0).ue(0).ue(0);
  bits.ue(0).ue(1); // coding blocks of 8 to 16
  bits.ue(0).ue(2).ue(0).ue(0); // transform blocks of 4 to 16
  bits.write(0, 1).write(0, 1).write(0, 1); // scaling lists, asymmetric partitions, SAO: none
  bits.write(1, 1).write(7, 4).write(7, 4).ue(0).ue(1).write(1, 1); // PCM of 8 bits in blocks of 8 to 16
  bits.ue(0).write(0, 1).write(0, 1).write(0, 1).write(0, 1).write(0, 1);
  return bits.trailing();
}

function pictureParameters(): Buffer {
  const bits = new BitWriter();
  bits.ue(0).ue(0).write(0, 1).write(0, 1).write(0, 3).write(0, 1).write(0, 1);
  bits.ue(0).ue(0).ue(0); // reference counts; quality 26
  bits.write(0, 1).write(0, 1).write(0, 1).ue(0).ue(0);
  bits.write(0, 1).write(0, 1).write(0, 1).write(0, 1).write(0, 1).write(0, 1).write(0, 1);
  bits.write(1, 1).write(0, 1).write(1, 1); // deblocking: off
  bits.write(0, 1).write(0, 1).ue(0).write(0, 1).write(0, 1);
  return bits.trailing();
}

function slice({ columns, rows, block }: HevcPicture): Buffer {
  const bits = new BitWriter();
  bits.write(1, 1).write(0, 1).ue(0).ue(2).ue(0); // the first slice, intra
  bits.write(1, 1).align();
  const coder = constantBinCoder(bits);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      coder.start();
      if (row + column > 0) coder.terminate(false); // end_of_slice_segment_flag of the block before
      coder.zero(); // split_cu_flag
      coder.terminate(true); // pcm_flag
      bits.align().bytes(block(column, row));
    }
  }
  coder.start();
  coder.terminate(true);
  return bits.align().end();
}
