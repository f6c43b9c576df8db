"""The networks that pictures are judged by, as their packages on PyPI build them, without the numbers that those fetch."""
import contextlib
import types

import torch
import torchvision


@contextlib.contextmanager
def replaced(module, name, value):
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def inception_2015():
    """pytorch-fid's network, whose names torch-fidelity shares."""
    import pytorch_fid.inception as package

    built = torchvision.models.inception_v3

    def without_numbers(*arguments, **options):
        network = built(*arguments, **options)
        network.load_state_dict = lambda state: None
        return network

    with replaced(package, "load_state_dict_from_url", lambda *_, **__: {}):
        with replaced(torchvision.models, "inception_v3", without_numbers):
            network = package.fid_inception_v3()
    del network.load_state_dict
    return network


def torchvision_inception():
    return torchvision.models.inception_v3(weights=None, init_weights=False)


TRUNKS = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet1_1"}


def lpips_network(name):
    """lpips' network with its baseline over one trunk, of torchvision's names."""
    import lpips
    import lpips.pretrained_networks as package

    trunk = getattr(torchvision.models, TRUNKS[name])(weights=None)

    def the_trunk(**_):
        return trunk

    with replaced(package.tv, TRUNKS[name], the_trunk):
        model = lpips.LPIPS(net=name, pretrained=False, verbose=False)
        baseline = lpips.LPIPS(net=name, lpips=False, verbose=False)

    class Lins(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for i, lin in enumerate(model.lins):
                self.add_module(f"lin{i}", lin)

    class Trunk(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.features = trunk.features

    return types.SimpleNamespace(
        model=model.eval(), baseline=baseline.eval(), trunk=Trunk(), lins_only=Lins(), whole_trunk=trunk
    )


def efficientnet_lite0():
    from efficientnet_lite_pytorch import EfficientNet

    return EfficientNet.from_name("efficientnet-lite0")
