declare module "libheif-js/libheif-wasm/libheif-bundle.mjs" {
  type Target = { data: Uint8ClampedArray; width: number; height: number };

  type HeifImage = {
    get_width(): number;
    get_height(): number;
    is_primary(): boolean;
    display(target: Target, done: (result: Target | null) => void): void;
  };

  export default function createLibheif(): {
    HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
  };
}
