"""Makes the HDF5 files of KerasTest, with h5py 3.16: python make.py in this folder."""
import h5py
import numpy as np


def ramp(*shape, dtype="float32"):
    return np.arange(np.prod(shape, dtype=int), dtype=dtype).reshape(shape)


# A whole model as Keras 2 saves it.
with h5py.File("model.h5", "w") as f:
    f.attrs["keras_version"] = "2.3.1"
    weights = f.create_group("model_weights")
    for layer, variables in {
        "conv2d": {"kernel:0": ramp(3, 3, 2, 4), "bias:0": ramp(4)},
        "conv2d_transpose": {"kernel:0": ramp(2, 2, 3, 3)},
        "depthwise_conv2d": {"depthwise_kernel:0": ramp(3, 3, 2, 1)},
        "dense": {"kernel:0": ramp(2, 3), "bias:0": -ramp(3)},
    }.items():
        for name, value in variables.items():
            weights.create_dataset(f"{layer}/{layer}/{name}", data=value)
    # Two layers around one name.
    weights.create_dataset("left/inner/kernel:0", data=ramp(1))
    weights.create_dataset("right/inner/kernel:0", data=ramp(2))
    weights["again"] = h5py.SoftLink("/model_weights/dense")
    weights["same"] = weights["dense"]
    f.create_dataset("optimizer_weights/Adam/m:0", data=ramp(5))

# Weights as Keras 3 saves them, with groups in order of creation: few links and many.
with h5py.File("model.weights.h5", "w") as f:
    dense = f.create_group("layers/dense/vars", track_order=True)
    dense.create_dataset("0", data=ramp(2, 3))
    dense.create_dataset("1", data=ramp(3))
    many = f.create_group("layers/many/vars", track_order=True)
    for i in range(12):
        many.create_dataset(str(i), data=np.float32([i, -i]))
    brain = f.create_dataset("brain", data=np.array([0x3F80, 0xC049], "<u2").view("V2"))
    brain.attrs["dtype"] = "bfloat16"
    f.create_dataset("optimizer/vars/0", data=ramp(5))
    f["same_layer"] = f["layers/dense"]

# The newest form of the format, every number type, a group of many links.
with h5py.File("latest.h5", "w", libver="latest") as f:
    for name in ["f2", "f4", "f8", ">f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        f.create_dataset(name, data=ramp(3, dtype=name))
    f.create_dataset("scalar", data=np.float32(7))
    f.create_dataset("empty", data=ramp(0, 4))
    f.create_dataset("text", data="words")
    many = f.create_group("many")
    for i in range(120):
        many.create_dataset(f"a_long_name_of_{i}", data=np.float32(i))

# What is not read.
with h5py.File("external-link.h5", "w") as f:
    f.create_dataset("w", data=ramp(2))
    f["elsewhere"] = h5py.ExternalLink("other.h5", "/w")
with h5py.File("external-data.h5", "w") as f:
    f.create_dataset("w", (2,), "float32", external=[("other.bin", 0, 8)])
with h5py.File("virtual.h5", "w", libver="latest") as f:
    layout = h5py.VirtualLayout((2,), "float32")
    layout[:] = h5py.VirtualSource("other.h5", "w", (2,))
    f.create_virtual_dataset("w", layout)
with h5py.File("unwritten.h5", "w") as f:
    f.create_dataset("w", (2, 2), "float32")

# Chunks, with the filters that every HDF5 has, and with one that is not read.
with h5py.File("chunked.h5", "w") as f:
    f.create_dataset("plain", data=ramp(5, 7), chunks=(2, 3))
    f.create_dataset("gzip", data=ramp(5, 7), chunks=(2, 3), compression="gzip")
    f.create_dataset(
        "all", data=ramp(4, 3, 5), chunks=(3, 2, 5), compression="gzip", shuffle=True,
        fletcher32=True)
    holes = f.create_dataset("holes", (6,), "float32", chunks=(2,))
    holes[2:4] = [1, 2]
with h5py.File("lzf.h5", "w") as f:
    f.create_dataset("w", data=ramp(5, 7), chunks=(2, 3), compression="lzf")
with h5py.File("filled.h5", "w") as f:
    f.create_dataset("w", (6,), "float32", chunks=(2,), fillvalue=3)

# The indexes of the newest form, each with filters and without: a single chunk, chunks side by
# side, an array of fixed length (in pages too), one that grows along an axis, a tree.
with h5py.File("indexes.h5", "w", libver="latest") as f:
    for name, filters in {"": {}, "gzip-": {"compression": "gzip", "shuffle": True}}.items():
        f.create_dataset(name + "single", data=ramp(5, 7), chunks=(5, 7), **filters)
        f.create_dataset(name + "fixed", data=ramp(5, 7), chunks=(2, 3), **filters)
        f.create_dataset(
            name + "limited", data=ramp(5, 7), chunks=(2, 3), maxshape=(9, 16), **filters)
        f.create_dataset(
            name + "rows", data=ramp(50, 7), chunks=(1, 3), maxshape=(None, 7), **filters)
        f.create_dataset(
            name + "columns", data=ramp(3, 50), chunks=(2, 2), maxshape=(3, None), **filters)
        f.create_dataset(
            name + "tree", data=ramp(21, 21), chunks=(2, 2), maxshape=(None, None), **filters)
    pages = f.create_dataset("pages", (3000,), "float32", chunks=(1,))
    pages[5:9] = [5, 6, 7, 8]
    pages[2999] = 2999
    grown = f.create_dataset("grown", (131500,), "float32", chunks=(1,), maxshape=(None,))
    for i in [0, 3, 4, 19, 20, 300, 5000, 131499]:
        grown[i] = i
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2, 3))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple((5, 7))
    data = h5py.h5d.create(f.id, b"implicit", h5py.h5t.IEEE_F32LE, space, early)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, ramp(5, 7))
