/// The mappings, and what Timeloop counted for them.
extension TimeloopFixedCases {
    static let all: [Case] = [
        Case(
            name: "00-model-conv1d-1level", problem: row(), machine: .one,
            mapping: "Buffer temporal R=3,P=16 RP",
            cycles: 48, energy: 2.40654,
            counts: """
                Buffer Weights 1 3 48 0 0
                Buffer Inputs 1 18 48 0 0
                Buffer Outputs 1 16 32 0 48
                """),
        Case(
            name: "01-model-conv1d-2level__os", problem: row(), machine: .two,
            mapping: "MainMemory temporal P=16 PR; Buffer temporal R=3 RP",
            cycles: 48, energy: 7.50008,
            counts: """
                Buffer Weights 1 3 48 3 0
                Buffer Inputs 1 3 48 18 0
                Buffer Outputs 1 1 32 0 48
                MainMemory Weights 1 3 3 0 0
                MainMemory Inputs 1 18 18 0 0
                MainMemory Outputs 1 16 0 0 16
                """),
        Case(
            name: "01-model-conv1d-2level__ws", problem: row(), machine: .two,
            mapping: "MainMemory temporal R=3 RP; Buffer temporal P=16 PR",
            cycles: 48, energy: 7.50008,
            counts: """
                Buffer Weights 1 1 48 3 0
                Buffer Inputs 1 16 48 18 0
                Buffer Outputs 1 16 32 0 48
                MainMemory Weights 1 3 3 0 0
                MainMemory Inputs 1 18 18 0 0
                MainMemory Outputs 1 16 0 0 16
                """),
        Case(
            name: "02-model-conv1d+oc-2level__no-tiling", problem: row(outputs: true), machine: .two,
            mapping: "MainMemory temporal P=16,K=32 PRK; Buffer temporal R=3 RPK",
            cycles: 1_536, energy: 6.25820,
            counts: """
                Buffer Weights 1 3 1536 96 0
                Buffer Inputs 1 3 1536 576 0
                Buffer Outputs 1 1 1024 0 1536
                MainMemory Weights 1 96 96 0 0
                MainMemory Inputs 1 18 576 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "02-model-conv1d+oc-2level__tiling", problem: row(outputs: true), machine: .two,
            mapping: "MainMemory temporal P=16,K=16 PRK; Buffer temporal R=3,K=2 RPK",
            cycles: 1_536, energy: 5.16230,
            counts: """
                Buffer Weights 1 6 1536 96 0
                Buffer Inputs 1 3 1536 288 0
                Buffer Outputs 1 2 1024 0 1536
                MainMemory Weights 1 96 96 0 0
                MainMemory Inputs 1 18 288 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "03-model-conv1d+oc-3level__bypass", problem: row(outputs: true), machine: .three,
            mapping: "GlobalBuffer temporal P=16,K=16 PRK; GlobalBuffer bypass Outputs; RegisterFile temporal R=3,K=2 RPK; RegisterFile bypass Weights,Inputs",
            cycles: 1_536, energy: 39.36971,
            counts: """
                RegisterFile Outputs 1 2 1024 0 1536
                GlobalBuffer Weights 1 96 1536 96 0
                GlobalBuffer Inputs 1 18 1536 18 0
                MainMemory Weights 1 96 96 0 0
                MainMemory Inputs 1 18 18 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "03-model-conv1d+oc-3level__no-bypass", problem: row(outputs: true), machine: .three,
            mapping: "GlobalBuffer temporal P=16,K=16 PRK; RegisterFile temporal R=3,K=2 RPK",
            cycles: 1_536, energy: 32.13051,
            counts: """
                RegisterFile Weights 1 6 1536 96 0
                RegisterFile Inputs 1 3 1536 288 0
                RegisterFile Outputs 1 2 1024 0 1536
                GlobalBuffer Weights 1 96 96 96 0
                GlobalBuffer Inputs 1 18 288 18 0
                GlobalBuffer Outputs 1 512 0 0 512
                MainMemory Weights 1 96 96 0 0
                MainMemory Inputs 1 18 18 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "04-model-conv1d+oc-3levelspatial__cp", problem: row(channels: true, outputs: true), machine: .spread,
            mapping: "inter_PE_spatial spatial C=16 PRKC; GlobalBuffer temporal R=3,K=32,C=2 PRKC; RegisterFile temporal P=16 RPKC",
            cycles: 3_072, energy: 13.01143,
            counts: """
                RegisterFile Weights 16 1 3072 192 0
                RegisterFile Inputs 16 16 3072 1152 0
                RegisterFile Outputs 16 16 2560 512 3072
                GlobalBuffer Weights 16 192 192 192 0
                GlobalBuffer Inputs 16 36 1152 36 0
                GlobalBuffer Outputs 16 512 512 0 1024
                MainMemory Weights 1 3072 3072 0 0
                MainMemory Inputs 1 576 576 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "04-model-conv1d+oc-3levelspatial__kp", problem: row(channels: true, outputs: true), machine: .spread,
            mapping: "inter_PE_spatial spatial K=16 PRKC; GlobalBuffer temporal R=3,K=2,C=32 PRKC; RegisterFile temporal P=16 RPKC",
            cycles: 3_072, energy: 14.66463,
            counts: """
                RegisterFile Weights 16 1 3072 192 0
                RegisterFile Inputs 16 16 3072 1152 0
                RegisterFile Outputs 16 16 3040 992 3072
                GlobalBuffer Weights 16 192 192 192 0
                GlobalBuffer Inputs 16 576 1152 576 0
                GlobalBuffer Outputs 16 32 992 0 1024
                MainMemory Weights 1 3072 3072 0 0
                MainMemory Inputs 1 576 576 0 0
                MainMemory Outputs 1 512 0 0 512
                """),
        Case(
            name: "10-conv2d-3level__os", problem: convolution(), machine: .three,
            mapping: "MainMemory temporal M=4 CMRSPQ; GlobalBuffer temporal C=8,M=4,P=8,Q=8 CRSMPQ; RegisterFile temporal R=3,S=3 RSCMPQ",
            cycles: 73_728, energy: 16.97916,
            counts: """
                RegisterFile Weights 1 9 73728 73728 0
                RegisterFile Inputs 1 9 73728 73728 0
                RegisterFile Outputs 1 1 72704 0 73728
                GlobalBuffer Weights 1 288 73728 1152 0
                GlobalBuffer Inputs 1 800 73728 800 0
                GlobalBuffer Outputs 1 256 0 0 1024
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 800 800 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "11-conv2d-3level__ws", problem: convolution(), machine: .three,
            mapping: "MainMemory temporal C=2,M=4 MCRSPQ; GlobalBuffer temporal C=4,M=4,P=8,Q=8 PQMCRS; RegisterFile temporal R=3,S=3 RSCMPQ",
            cycles: 73_728, energy: 10.59114,
            counts: """
                RegisterFile Weights 1 9 73728 1152 0
                RegisterFile Inputs 1 9 73728 30720 0
                RegisterFile Outputs 1 1 72704 7168 73728
                GlobalBuffer Weights 1 144 1152 1152 0
                GlobalBuffer Inputs 1 400 30720 800 0
                GlobalBuffer Outputs 1 256 7168 1024 8192
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 800 800 0 0
                MainMemory Outputs 1 1024 1024 0 2048
                """),
        Case(
            name: "12-conv2d-stride2-3level", problem: convolution(stride: 2), machine: .three,
            mapping: "MainMemory temporal M=4 CMRSPQ; GlobalBuffer temporal C=8,M=4,P=8,Q=8 CRSMPQ; RegisterFile temporal R=3,S=3 RSCMPQ",
            cycles: 73_728, energy: 18.39165,
            counts: """
                RegisterFile Weights 1 9 73728 73728 0
                RegisterFile Inputs 1 9 73728 73728 0
                RegisterFile Outputs 1 1 72704 0 73728
                GlobalBuffer Weights 1 288 73728 1152 0
                GlobalBuffer Inputs 1 2312 73728 2312 0
                GlobalBuffer Outputs 1 256 0 0 1024
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 2312 2312 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "13-conv2d-3level__bypassGBout", problem: convolution(), machine: .three,
            mapping: "MainMemory temporal M=4 CMRSPQ; GlobalBuffer temporal C=8,M=4,P=8,Q=8 CRSMPQ; RegisterFile temporal R=3,S=3 RSCMPQ; GlobalBuffer bypass Outputs",
            cycles: 73_728, energy: 16.92555,
            counts: """
                RegisterFile Weights 1 9 73728 73728 0
                RegisterFile Inputs 1 9 73728 73728 0
                RegisterFile Outputs 1 1 72704 0 73728
                GlobalBuffer Weights 1 288 73728 1152 0
                GlobalBuffer Inputs 1 800 73728 800 0
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 800 800 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "14-conv2d-spatialM16", problem: convolution(), machine: .spread,
            mapping: "inter_PE_spatial spatial M=16 CMRSPQ; GlobalBuffer temporal C=8,R=3,P=8,Q=8 CRSPQM; RegisterFile temporal S=3 SRCMPQ",
            cycles: 4_608, energy: 17.60738,
            counts: """
                RegisterFile Weights 16 3 4608 4608 0
                RegisterFile Inputs 16 3 4608 4608 0
                RegisterFile Outputs 16 1 4544 0 4608
                GlobalBuffer Weights 16 72 4608 72 0
                GlobalBuffer Inputs 16 800 4608 800 0
                GlobalBuffer Outputs 16 64 0 0 64
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 800 800 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "15-conv2d-spatialC8", problem: convolution(), machine: .spread,
            mapping: "MainMemory temporal M=2 CMRSPQ; inter_PE_spatial spatial C=8 CMRSPQ; GlobalBuffer temporal M=8,P=8,Q=8 MPQCRS; RegisterFile temporal R=3,S=3 RSCMPQ",
            cycles: 9_216, energy: 11.77435,
            counts: """
                RegisterFile Weights 8 9 9216 9216 0
                RegisterFile Inputs 8 9 9216 480 0
                RegisterFile Outputs 8 1 8192 0 9216
                GlobalBuffer Weights 8 72 9216 144 0
                GlobalBuffer Inputs 8 100 480 100 0
                GlobalBuffer Outputs 8 512 0 0 1024
                MainMemory Weights 1 1152 1152 0 0
                MainMemory Inputs 1 800 800 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "20-gemm-3level__os", problem: product, machine: .three,
            mapping: "MainMemory temporal M=4,N=4 MNK; GlobalBuffer temporal M=8,N=8,K=16 KMN; RegisterFile temporal K=4 KMN",
            cycles: 65_536, energy: 25.90269,
            counts: """
                RegisterFile Weights 1 4 65536 65536 0
                RegisterFile Inputs 1 4 65536 65536 0
                RegisterFile Outputs 1 1 64512 0 65536
                GlobalBuffer Weights 1 512 65536 2048 0
                GlobalBuffer Inputs 1 512 65536 8192 0
                GlobalBuffer Outputs 1 64 0 0 1024
                MainMemory Weights 1 2048 2048 0 0
                MainMemory Inputs 1 2048 8192 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "21-gemm-3level__ws", problem: product, machine: .three,
            mapping: "MainMemory temporal N=4,K=4 NKM; GlobalBuffer temporal M=32,N=8,K=16 MNK",
            cycles: 65_536, energy: 29.61256,
            counts: """
                RegisterFile Weights 1 1 65536 2048 0
                RegisterFile Inputs 1 1 65536 65536 0
                RegisterFile Outputs 1 1 64512 64512 65536
                GlobalBuffer Weights 1 128 2048 2048 0
                GlobalBuffer Inputs 1 512 65536 2048 0
                GlobalBuffer Outputs 1 256 64512 3072 65536
                MainMemory Weights 1 2048 2048 0 0
                MainMemory Inputs 1 2048 2048 0 0
                MainMemory Outputs 1 1024 3072 0 4096
                """),
        Case(
            name: "22-gemm-spatialN16", problem: product, machine: .spread,
            mapping: "MainMemory temporal M=4,N=2 NMK; inter_PE_spatial spatial N=16 MNK; GlobalBuffer temporal M=8,K=16 KMN; RegisterFile temporal K=4 KMN",
            cycles: 4_096, energy: 27.71196,
            counts: """
                RegisterFile Weights 16 4 4096 4096 0
                RegisterFile Inputs 16 4 4096 4096 0
                RegisterFile Outputs 16 1 4032 0 4096
                GlobalBuffer Weights 16 64 4096 512 0
                GlobalBuffer Inputs 16 512 4096 2048 0
                GlobalBuffer Outputs 16 8 0 0 64
                MainMemory Weights 1 2048 8192 0 0
                MainMemory Inputs 1 2048 2048 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "23-gemm-spatialK16-reduce", problem: product, machine: .spread,
            mapping: "MainMemory temporal M=4,N=4 NMK; inter_PE_spatial spatial K=16 MNK; GlobalBuffer temporal M=8,N=8 MNK; RegisterFile temporal K=4 KMN",
            cycles: 4_096, energy: 21.59339,
            counts: """
                RegisterFile Weights 16 4 4096 512 0
                RegisterFile Inputs 16 4 4096 4096 0
                RegisterFile Outputs 16 1 3072 0 4096
                GlobalBuffer Weights 16 32 512 512 0
                GlobalBuffer Inputs 16 32 4096 128 0
                GlobalBuffer Outputs 16 64 0 0 1024
                MainMemory Weights 1 2048 8192 0 0
                MainMemory Inputs 1 2048 2048 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
        Case(
            name: "24-gemm-spatialN16__bypassRFw", problem: product, machine: .spread,
            mapping: "MainMemory temporal M=4,N=2 NMK; inter_PE_spatial spatial N=16 MNK; GlobalBuffer temporal M=8,K=16 KMN; RegisterFile temporal K=4 KMN; RegisterFile bypass Weights",
            cycles: 4_096, energy: 26.86068,
            counts: """
                RegisterFile Inputs 16 4 4096 4096 0
                RegisterFile Outputs 16 1 4032 0 4096
                GlobalBuffer Weights 16 64 4096 512 0
                GlobalBuffer Inputs 16 512 4096 2048 0
                GlobalBuffer Outputs 16 8 0 0 64
                MainMemory Weights 1 2048 8192 0 0
                MainMemory Inputs 1 2048 2048 0 0
                MainMemory Outputs 1 1024 0 0 1024
                """),
    ]
}
