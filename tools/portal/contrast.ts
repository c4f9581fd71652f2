import type { Page } from 'playwright-core'

/**
 * Texts that stand out too little from what is behind them, as `2.9 text`.
 *
 * @see WCAG 2.2, success criterion 1.4.3: 4.5 to 1, or 3 to 1 for large text; what is switched off does not count.
 */
export const faintTextOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number]
    const { document, getComputedStyle } = globalThis as unknown as Window
    const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const colourOf = (text: string): Colour => {
      brush.clearRect(0, 0, 1, 1)
      brush.fillStyle = text
      brush.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = brush.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }
    const over = (front: Colour, behind: Colour): Colour => {
      const mix = (at: 0 | 1 | 2) => front[at] * front[3] + behind[at] * (1 - front[3])
      return [mix(0), mix(1), mix(2), 1]
    }
    const groundOf = (element: Box | null): Colour =>
      element === null
        ? [255, 255, 255, 1]
        : over(colourOf(getComputedStyle(element).backgroundColor), groundOf(element.parentElement))
    const light = (part: number): number =>
      part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
    const luminance = ([red, green, blue]: Colour): number =>
      0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
    const ratioOf = (element: Box): number => {
      const ground = groundOf(element)
      const [a, b] = [luminance(over(colourOf(getComputedStyle(element).color), ground)), luminance(ground)]
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    }
    const isLarge = ({ fontSize, fontWeight }: Style): boolean =>
      Number.parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24)
    return [...document.querySelectorAll('body *')]
      .filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
      )
      .filter(
        (element) => element.checkVisibility() && element.closest(':disabled, [data-disabled]') === null,
      )
      .map((element) => ({ element, ratio: ratioOf(element) }))
      .filter(({ element, ratio }) => ratio < (isLarge(getComputedStyle(element)) ? 3 : 4.5))
      .map(({ element, ratio }) => `${ratio.toFixed(1)} ${(element.textContent ?? '').trim().slice(0, 40)}`)
  })

/** As much of the browser's window as is asked here. */
type Window = {
  readonly document: {
    readonly querySelectorAll: (selector: string) => Iterable<Box>
    readonly createElement: (name: 'canvas') => {
      readonly getContext: (kind: '2d', options: object) => Brush
    }
  }
  readonly getComputedStyle: (element: Box) => Style
}
type Box = {
  readonly parentElement: Box | null
  readonly textContent: string | null
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>
  readonly checkVisibility: () => boolean
  readonly closest: (selector: string) => unknown
}
type Style = {
  readonly color: string
  readonly backgroundColor: string
  readonly fontSize: string
  readonly fontWeight: string
}
type Brush = {
  fillStyle: string
  readonly clearRect: (...box: [number, number, number, number]) => void
  readonly fillRect: (...box: [number, number, number, number]) => void
  readonly getImageData: (...box: [number, number, number, number]) => { readonly data: Iterable<number> }
}
