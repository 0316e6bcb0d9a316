import { svgElement } from './element.ts';

/** What a picture takes over from the style sheet, as attributes, and what a viewer takes where nothing is said. */
const usual = {
  fill: '',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'font-weight': '400',
  'letter-spacing': 'normal',
};

/** Free ground around a picture. */
const margin = 16;

function sizeOf({ viewBox: { baseVal } }: SVGSVGElement): readonly [number, number] {
  return [baseVal.width + 2 * margin, baseVal.height + 2 * margin];
}

/** A map as a file of its own: sized, on its own ground, with its styles as attributes. */
export function standaloneSvg(svg: SVGSVGElement): string {
  const [width, height] = sizeOf(svg);
  const copy = cloned(svg);
  const ground = svgElement('rect', { x: -margin, y: -margin, width, height, fill: groundOf(svg) });
  // A title of a picture stands first.
  copy.insertBefore(ground, copy.querySelector(':scope > :not(title, desc)'));
  copy.setAttribute('viewBox', `${-margin} ${-margin} ${width} ${height}`);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('font-family', getComputedStyle(svg).fontFamily.replaceAll('"', "'"));
  const hatch = document.querySelector('#hatch');
  if (hatch !== null && copy.querySelector('[fill*="#hatch"]') !== null)
    copy.prepend(cloned(hatch));
  return new XMLSerializer().serializeToString(copy);
}

/** The element and all below it, painted as it is now. */
function cloned(given: Element): Element {
  const copy = given.cloneNode(true);
  if (!(copy instanceof Element)) return given;
  const originals = [given, ...given.querySelectorAll('*')];
  for (const [at, each] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const original = originals[at];
    if (original !== undefined && isPainted(each)) paint(original, each);
    each.removeAttribute('class');
  }
  return copy;
}

function isPainted({ localName }: Element): boolean {
  return ['rect', 'path', 'text', 'circle'].includes(localName);
}

function paint(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  for (const [name, unsaid] of Object.entries(usual)) {
    const value = style.getPropertyValue(name);
    const isText = /^(?:font|letter)/u.test(name);
    if (value === '' || value === unsaid || (isText && copy.localName !== 'text')) continue;
    // A reference into this page is one into the file.
    copy.setAttribute(name, value.includes('#hatch') ? 'url(#hatch)' : value);
  }
}

/** Colour of the nearest ground below it. */
function groundOf(svg: Element): string {
  for (let each: Element | null = svg; each !== null; each = each.parentElement) {
    const { backgroundColor } = getComputedStyle(each);
    if (backgroundColor !== '' && !/^(?:transparent|rgba\(0, 0, 0, 0\))$/u.test(backgroundColor))
      return backgroundColor;
  }
  return '#fff';
}

const sharpness = 2;

/** The same as pixels, two for each of the picture's. */
export async function pngOf(svg: SVGSVGElement): Promise<Blob> {
  const [width, height] = sizeOf(svg);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standaloneSvg(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * sharpness);
  canvas.height = Math.round(height * sharpness);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('no picture'));
      else resolve(blob);
    }, 'image/png');
  });
}
