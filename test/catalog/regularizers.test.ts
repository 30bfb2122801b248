import { expect } from "chai";
import { l1, l1L2, l2, orthogonalRegularizer, regularizers } from "../../lib/catalog/regularizers/index.js";
import { numbers, tensor } from "./values.js";

// Numbers of Keras 3.15.1: regularizers called on these arrays.
describe("regularizers", () => {
  const matrix = tensor([3, 0.1, -2, 4, 0, 1], [2, 3]);

  it("add up sizes and squares", () => {
    expect(numbers(l1L2({ l1: 0.1, l2: 0.2 })(matrix))[0]).to.be.closeTo(7.012, 1e-5);
    expect(numbers(l1L2()(matrix))).to.deep.equal([0]);
  });

  it("compare the directions of rows or columns", () => {
    expect(numbers(orthogonalRegularizer({ factor: 0.5 })(matrix))[0]).to.be.closeTo(0.336207, 1e-6);
    expect(numbers(orthogonalRegularizer({ factor: 0.5, mode: "columns" })(matrix))[0]).to.be.closeTo(0.278885, 1e-6);
  });

  it("turn short vectors to length 1, but not those shorter than 1e-7", () => {
    const columns = orthogonalRegularizer({ factor: 0.5, mode: "columns" });
    expect(numbers(columns(tensor([1e-6, 2e-6, 0, 3e-6], [2, 2])))[0]).to.be.closeTo(0.27735, 1e-6);
    expect(numbers(columns(tensor([1e-9, 2e-9, 0, 3e-6], [2, 2])))[0]).to.be.closeTo(3e-6, 1e-6);
  });

  it("write Keras's configs, and come from them", () => {
    expect(l1().getConfig()).to.deep.equal({ l1: 0.01 });
    expect(l2().getConfig()).to.deep.equal({ l2: 0.01 });
    expect(orthogonalRegularizer().getConfig()).to.deep.equal({ factor: 0.01, mode: "rows" });
    for (const name of ["l1_l2", "l1l2", "L1L2"]) {
      expect(regularizers.deserialize(name).getConfig(), name).to.deep.equal({ l1: 0, l2: 0 });
    }
    // What Keras takes for its defaults.
    expect(regularizers.deserialize({ class_name: "L1", config: { l1: null } }).getConfig()).to.deep.equal({
      l1: 0.01,
    });
    const both = regularizers.deserialize({ class_name: "L1L2", config: { l1: null, l2: 0.5 } });
    expect(both.getConfig()).to.deep.equal({ l1: 0, l2: 0.5 });
  });

  it("say what is wrong with factors, modes and weights", () => {
    expect(() => l2(-1)).to.throw(/L2: l2 must be a number from 0, received -1/);
    expect(() => l1L2({ l1: Number.NaN })).to.throw(/L1L2: l1 must be a number from 0, received NaN/);
    expect(() => orthogonalRegularizer({ mode: "diagonal" as "rows" })).to.throw(
      /mode must be one of "rows", "columns", received "diagonal"/,
    );
    expect(() => regularizers.deserialize({ class_name: "OrthogonalRegularizer", config: { mode: "cols" } })).to.throw(
      /received "cols"/,
    );
    expect(() => orthogonalRegularizer()(tensor([1, 2]))).to.throw(/expects a matrix, received a weight \[2\]/);
  });
});
